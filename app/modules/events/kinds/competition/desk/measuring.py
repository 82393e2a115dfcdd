"""A list of measured scores as it was brought in, beside what stands, for who brings scores in."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.deciding import LONGEST_REASON, decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.core.access import requires
from app.core.forms import number_asked
from app.core.theming import render
from app.modules.events.crumbs import Crumb
from app.modules.events.judging.scores import tenths
from app.modules.events.kinds.competition import measuring, queries
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.impartial import require_no_judge
from app.modules.events.kinds.competition.models import SHEET
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE, REVIEW
from tenants.context import current_actor

blueprint = APIBlueprint("measuring", __name__, enable_openapi=False)


@blueprint.get("/measured/<uuid:competition_score_list_id>")
@requires(MANAGE)
def page(competition_score_list_id: UUID) -> ResponseReturnValue:
    return _page(competition_score_list_id)


@blueprint.post("/measured/<uuid:competition_score_list_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(competition_score_list_id: UUID) -> ResponseReturnValue:
    """Take back what one brought in oneself."""
    here = redirect(url_for(".page", competition_score_list_id=competition_score_list_id), code=303)
    return decide_on(
        measuring.take_step, competition_score_list_id, "withdraw", then=here, again=lambda: _page(competition_score_list_id)
    )  # fmt: skip


def _page(list_id: UUID) -> str:
    held = queries.find_round(measuring.find_list(list_id).round_id)
    there = {"title": held.title, "href": url_for("console_events.competition.page", competition_round_id=held.id)}
    return list_page(list_id, ".page", crumbs(find_campaign(held.campaign_id), there, _("Scores from a sheet")))


def list_page(list_id: UUID, endpoint: str, way: list[Crumb]) -> str:
    """The page of a list at an `endpoint`, the `way` to which stands above it."""
    found, after = measuring.find_list(list_id), number_asked("after")
    held, actor = queries.find_round(found.round_id), current_actor()
    require_no_judge(actor, found.campaign_id)
    starts = sorted((start for start, _union in queries.list_starts(held.id)), key=lambda start: start.number)
    rows = [start for start in starts if str(start.id) in found.scores and start.number > after][: queries.PAGE + 1]
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render(
        "events/competition/desk/measured.html", found=found, round=held, rows=rows, criteria=queries.list_criteria(held.id, SHEET), tenths=tenths,
        states=PROPOSALS, me=actor.account_id, may_manage=actor.may(MANAGE), may_review=actor.may(REVIEW), longest=LONGEST_REASON,
        total=len(found.scores), next_href=url_for(endpoint, competition_score_list_id=list_id, after=rows[-1].number) if more else "", crumbs=way,
    )  # fmt: skip
