"""Where members see that they are covered, from when to when, and what the plan pays."""

from flask.typing import ResponseReturnValue

from app.casework.routes import Route
from app.core.access import own_things
from app.core.clock import today_in_china
from app.core.theming import render
from app.modules.help.mutual_aid.queries import list_own_covers
from app.modules.help.mutual_aid.words import formula_facts, plan_facts
from tenants.context import current_actor


@own_things
def covers() -> ResponseReturnValue:
    member_id = current_actor().member_id
    rows = list_own_covers(member_id) if member_id else []
    return render("help/mutual_aid/covers.html", rows=rows, today=today_in_china(), plan_facts=plan_facts,
                  formula_facts=formula_facts)  # fmt: skip


MEMBER_ROUTES = (Route("/mutual-aid", "covers", covers),)
