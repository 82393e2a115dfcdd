"""The staff's pages of the ledger of beans: its transactions, and the trial balance with what the last check found."""

from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.beans.budgets import list_standings
from app.benefits.beans.ledger_export import write_csv, write_workbook
from app.benefits.beans.ledger_queries import PAGE, list_transactions, trial_balance
from app.benefits.beans.words import ACCOUNTS, FAULTS, TRANSACTIONS
from app.benefits.checks import last_check
from app.benefits.pace import paced
from app.benefits.rights import VIEW
from app.core.access import requires
from app.core.audit import record
from app.core.downloads import csv_file, in_file, workbook
from app.core.forms import parse_uuid
from app.core.theming import render

blueprint = APIBlueprint("ledger", __name__, url_prefix="/ledger", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    kind = request.args.get("kind", "") if request.args.get("kind") in TRANSACTIONS else ""
    budget_id, before = (parse_uuid(request.args.get(name, "")) for name in ("budget", "before"))
    lines = list_transactions(before, kind=kind, budget_id=budget_id)
    shown = lines[:PAGE]
    more = ""
    if len(lines) > PAGE:
        more = url_for(".index", kind=kind, budget=budget_id or "", before=shown[-1].transaction.id)
    return render(
        "benefits/ledger.html", lines=shown, next_href=more, kinds=TRANSACTIONS, chosen={"kind": kind, "budget": str(budget_id or "")},
        budgets=[(str(row.budget.id), row.budget.title) for row in list_standings()],
    )  # fmt: skip


@blueprint.post("/export/<any(xlsx, csv):form>")
@requires(VIEW)
@paced(30)
def export(form: str) -> ResponseReturnValue:
    """The entries of what was chosen, as a workbook or as CSV."""
    kind = request.form.get("kind", "") if request.form.get("kind") in TRANSACTIONS else ""
    budget_id = parse_uuid(request.form.get("budget", ""))
    write, send = {"xlsx": (write_workbook, workbook), "csv": (write_csv, csv_file)}[form]
    target, number = in_file(lambda target: write(target, kind, budget_id))
    record("beans.export_ledger", entries=number, form=form)
    return send(target, _("Ledger of beans"), "beans-ledger")


@blueprint.get("/balance")
@requires(VIEW)
def balance() -> ResponseReturnValue:
    return render(
        "benefits/balance.html", sums=trial_balance(), rows=list_standings(), accounts=ACCOUNTS,
        check=last_check("beans"), faults=FAULTS,
    )  # fmt: skip
