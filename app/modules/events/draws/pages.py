"""The public record of a draw: what was committed to, what came out, and all that is needed to compute it again."""

import json
from uuid import UUID

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.errors import NotFound
from app.core.forms import number_asked
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.draws.queries import all_places, count_line, count_winners, find_draw, list_places, number_line
from app.modules.events.prizes.queries import all_wins, list_prizes, list_redrawn
from app.modules.events.queries import find_announced
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "draws", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/draws", enable_openapi=False
)
PAGE = 100


@blueprint.get("/<uuid:campaign_id>")
@public
@cached_page("after")
def page(campaign_id: UUID) -> ResponseReturnValue:
    campaign, draw = find_announced(campaign_id), find_draw(campaign_id)
    if draw is None:
        raise NotFound
    places = list_places(campaign_id, number_asked("after"), PAGE + 1) if draw.drawn_at else []
    more = len(places) > PAGE
    return render(
        "events/draw.html", campaign=campaign, draw=draw, places=places[:PAGE], winners=count_winners(campaign_id), waiting=count_line(campaign_id).waiting,
        numbers=number_line(campaign_id, places[:PAGE]),
        next_href=url_for(".page", campaign_id=campaign_id, after=places[PAGE - 1].place) if more else "",
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/record.json")
@public
def as_json(campaign_id: UUID) -> ResponseReturnValue:
    """The record for a program (`flask draws check`): entries and wins stand in the order of the draw."""
    campaign, draw = find_announced(campaign_id), find_draw(campaign_id)
    if draw is None or draw.drawn_at is None:
        raise NotFound
    places = list(all_places(campaign_id))
    found = {
        "campaign": str(draw.id), "commitment": draw.commitment, "rule": draw.rule, "seed": draw.seed,
        "entrants": draw.entrants, "entrants_digest": draw.entrants_digest, "entries": [str(each.id) for each in places],
        "chances": {str(each.id): each.chances for each in places if each.chances > 1},
        "won": [str(each.id) for each in places if each.won], "waiting": [str(each.id) for each in places if each.waits],
        "passed_over": {str(each.id): each.passed_over for each in places if each.passed_over}, "is_settled": campaign.settled_at is not None, "passes_on": bool(campaign.settings.get("passes_on")),
        "prizes": [{"rank": each.rank, "title": each.title, "quantity": each.quantity} for each in list_prizes(campaign_id)],
        "redraws": [{"entry": str(each.win_id), "next": str(each.next_win_id or ""), "why": each.why} for each in list_redrawn(campaign_id)],
        "wins": [{"entry": str(each.id), "prize": each.rank, "number": each.number, "outcome": each.outcome, "holds": each.holds}
                 for each in all_wins(campaign_id)],
    }  # fmt: skip
    return Response(json.dumps(found, indent=1, ensure_ascii=False), mimetype="application/json")
