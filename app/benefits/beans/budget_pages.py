"""The staff's pages of budgets of beans."""

from apiflask import APIBlueprint
from flask import request, url_for
from flask.typing import ResponseReturnValue

from app.benefits.beans.budgets import PAGE, list_budgets
from app.benefits.rights import VIEW
from app.core.access import requires
from app.core.forms import parse_uuid
from app.core.theming import render

blueprint = APIBlueprint("budgets", __name__, url_prefix="/budgets", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def budgets() -> ResponseReturnValue:
    rows = list_budgets(parse_uuid(request.args.get("before", "")), PAGE + 1)
    shown = rows[:PAGE]
    more = url_for(".budgets", before=shown[-1].budget.id) if len(rows) > PAGE else ""
    return render("benefits/budgets.html", rows=shown, next_href=more)
