"""The monthly statement of fees, as a page and as a workbook."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.forms import yuan
from app.casework.pace import WHOLE_LISTS
from app.casework.routes import Route
from app.core.downloads import in_file, workbook
from app.core.months import month_of, turned
from app.core.theming import render
from app.modules.legal_aid.fees.statement import statement_of, write_statement
from app.modules.legal_aid.fees.words import STATES, WORKS
from app.modules.legal_aid.rights import VIEW_FEES
from tenants.context import current_actor


def statement() -> ResponseReturnValue:
    month = month_of(request.args.get("month", ""))
    return render(
        "legal_aid/desk/fee_statement.html", statement=statement_of(current_actor(), month), month=month, former=turned(month, -1),
        following=turned(month, 1), yuan=yuan, works=WORKS, states=STATES,
    )  # fmt: skip


def export() -> ResponseReturnValue:
    month = month_of(request.form.get("month", ""))
    title = _("Lawyers’ fees %(month)s", month=f"{month:%Y-%m}")
    target, _count = in_file(lambda target: write_statement(current_actor(), month, target, title=title))
    return workbook(target, title, f"legal-aid-fees-{month:%Y-%m}")


STATEMENT = "/fees/statement"
ROUTES = (
    Route(STATEMENT, "fee_statement", statement, right=VIEW_FEES),
    Route(f"{STATEMENT}/export", "export_fees", export, "POST", VIEW_FEES, pace=WHOLE_LISTS),
)
