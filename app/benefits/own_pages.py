"""My benefits (我的福利): what a member has of beans and vouchers in this zone, and the statement of their beans."""

from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.benefits.beans.statement import PAGE, list_movements, list_pots
from app.benefits.beans.words import MOVEMENTS
from app.benefits.rules.categories import GOODS
from app.benefits.vouchers import queries as vouchers
from app.benefits.vouchers.words import PARTS
from app.core.access import acting_member, own_things
from app.core.forms import parse_uuid
from app.core.theming import render

blueprint = APIBlueprint("mine", __name__, enable_openapi=False)


@blueprint.get("")
@own_things
def index() -> ResponseReturnValue:
    """Beans of each budget with until when, and how many vouchers there are in each part of their list."""
    member_id = acting_member()
    return render(
        "benefits/mine.html", pots=list_pots(member_id), goods=GOODS, counts=vouchers.count_own(member_id), parts=PARTS,
    )  # fmt: skip


@blueprint.get("/beans")
@own_things
def statement() -> ResponseReturnValue:
    """Every movement of one's beans."""
    rows = list_movements(acting_member(), parse_uuid(request.args.get("before", "")), PAGE + 1)
    shown = rows[:PAGE]
    more = url_for(".statement", before=shown[-1].id) if len(rows) > PAGE else ""
    return render("benefits/statement.html", movements=shown, words=MOVEMENTS, next_href=more)
