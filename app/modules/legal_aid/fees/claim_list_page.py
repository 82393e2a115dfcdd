"""The page on which claims are found again, whatever became of them."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.casework.forms import yuan
from app.casework.routes import Route
from app.core.forms import parse_uuid
from app.core.months import month_of
from app.core.theming import render
from app.modules.legal_aid.fees.claim_list import Filters, list_claims
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.fees.words import STATES, WORKS
from app.modules.legal_aid.lawyers.queries import list_lawyers
from app.modules.legal_aid.rights import VIEW_FEES
from tenants.context import current_actor

HANDED_IN = tuple(state for state in ClaimState if state is not ClaimState.DRAFT)


def claims() -> ResponseReturnValue:
    filters = _filters()
    query = {"state": filters.state or "", "lawyer": str(filters.lawyer_id or ""),
             "month": f"{filters.month:%Y-%m}" if filters.month else ""}  # fmt: skip
    found = list_claims(current_actor(), filters)
    return render(
        "legal_aid/desk/fee_claims.html", found=found, query=query, works=WORKS, states=STATES, yuan=yuan,
        state_options=[(state, STATES[state][1]) for state in HANDED_IN],
        lawyers=[(str(each.id), f"{each.name} · {each.firm}") for each in list_lawyers()],
        next_href=url_for(".fee_claims", **query, after=found.next_after) if found.next_after else "",
        first_href=url_for(".fee_claims", **query) if filters.after else "",
    )  # fmt: skip


def _filters() -> Filters:
    """What the address asks for; what makes no sense there asks for nothing."""
    asked = request.args
    state, month = asked.get("state", ""), asked.get("month", "")
    return Filters(
        ClaimState(state) if state in HANDED_IN else None, parse_uuid(asked.get("lawyer", "")),
        month_of(month) if month else None, asked.get("after", ""),
    )  # fmt: skip


ROUTES = (Route("/fees/claims", "fee_claims", claims, right=VIEW_FEES),)
