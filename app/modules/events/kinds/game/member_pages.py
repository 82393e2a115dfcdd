"""The member's pages of a game: where they stand, a play and what came of it, the ranking, and the turns of a wheel."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.forms import form_id, number_asked, storable
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.draws.queries import find_draw, find_place
from app.modules.events.entering import is_invited
from app.modules.events.kinds.game import catching, pairs, playing, queries
from app.modules.events.kinds.game.models import Play
from app.modules.events.kinds.game.offering import panel
from app.modules.events.kinds.game.settings import CATCH, MATCH, rules_of
from app.modules.events.kinds.game.words import REFUSALS, SYMBOLS
from app.modules.events.models import Campaign
from app.modules.events.prizes.queries import find_win, list_prizes
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "game", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/game", enable_openapi=False
)
PAGE = 100
FIELD = {
    "lanes": catching.LANES, "middle": catching.MIDDLE, "step": catching.STEP, "ticks": catching.TICKS, "tick-ms": catching.TICK_MS,
    "first": catching.FIRST, "apart": catching.APART, "kinds": " ".join(catching.KINDS),
    "worth": " ".join(f"{kind}:{points}" for kind, points in catching.WORTH.items()),
}  # fmt: skip
"""What the script of the falling things must know; `catching` reckons by the same numbers."""


@blueprint.get("/<uuid:campaign_id>")
@own_things
def own(campaign_id: UUID) -> ResponseReturnValue:
    """Where the member stands: plays, best result, what was won, and the button."""
    return _own_page(_campaign(campaign_id))


@blueprint.post("/<uuid:campaign_id>/begin")
@member_only
def begin(campaign_id: UUID) -> ResponseReturnValue:
    """Begin a play or turn the wheel, or go on with the play that runs."""
    campaign = _campaign(campaign_id)
    try:
        play_id = playing.begin(acting_member(), campaign_id, form_id())
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        return _own_page(campaign, refusal), refusal.status
    return _to_play(campaign_id, play_id)


@blueprint.post("/<uuid:campaign_id>/number")
@member_only
def number(campaign_id: UUID) -> ResponseReturnValue:
    """Take a number in the draw without playing."""
    _campaign(campaign_id)
    playing.take_number(acting_member(), campaign_id)
    return redirect(url_for(".own", campaign_id=campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>/plays/<uuid:game_play_id>")
@own_things
def play(campaign_id: UUID, game_play_id: UUID) -> ResponseReturnValue:
    """A play that goes on, or what came of it."""
    return _play_page(_campaign(campaign_id), queries.find_play(campaign_id, game_play_id, acting_member()))


@blueprint.post("/<uuid:campaign_id>/plays/<uuid:game_play_id>/cards")
@member_only
def turn_card(campaign_id: UUID, game_play_id: UUID) -> ResponseReturnValue:
    """Turn one card over."""
    _campaign(campaign_id)
    playing.turn_card(acting_member(), campaign_id, game_play_id, step=_number("step"), place=_number("card"))
    return _to_play(campaign_id, game_play_id)


@blueprint.post("/<uuid:campaign_id>/plays/<uuid:game_play_id>")
@member_only
def hand_in(campaign_id: UUID, game_play_id: UUID) -> ResponseReturnValue:
    """Hand in how the basket was moved."""
    campaign = _campaign(campaign_id)
    try:
        playing.hand_in(acting_member(), campaign_id, game_play_id, storable(request.form.get("moves", "")))
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        found = queries.find_play(campaign_id, game_play_id, acting_member())
        return _play_page(campaign, found, refusal), refusal.status
    return _to_play(campaign_id, game_play_id)


@blueprint.get("/<uuid:campaign_id>/ranking")
@own_things
def ranks(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    if rules_of(campaign).is_wheel:
        raise NotFound
    entry = find_entry(campaign_id, acting_member())
    return render("events/game/ranking.html", campaign=campaign, rows=queries.list_best(campaign_id), entry=entry)


@blueprint.get("/<uuid:campaign_id>/turns")
@public
@cached_page("after")
def turns(campaign_id: UUID) -> ResponseReturnValue:
    """How a wheel is turned, and every turn so far, which anybody can compute again once the seed is published."""
    campaign = _wheel(campaign_id)
    rows = queries.list_turns(campaign_id, number_asked("after"), PAGE + 1)
    next_href = url_for(".turns", campaign_id=campaign_id, after=rows[PAGE - 1].number) if len(rows) > PAGE else ""
    return render(
        "events/game/turns.html", campaign=campaign, turns=rows[:PAGE], next_href=next_href, **panel(campaign)
    )


@blueprint.get("/<uuid:campaign_id>/turns.json")
@public
def as_json(campaign_id: UUID) -> ResponseReturnValue:
    """The record of a wheel for a program (`wheel.faults`); prizes are counted from 0."""
    campaign, draw = _wheel(campaign_id), find_draw(campaign_id)
    if draw is None or draw.drawn_at is None:
        raise NotFound
    results = [
        {"number": each.number, "ticket": each.ticket, "prize": each.rank - 1 if each.rank else None, "outcome": each.outcome}
        for each in queries.all_turns(campaign_id)
    ]  # fmt: skip
    found = {
        "campaign": str(campaign_id), "commitment": draw.commitment, "seed": draw.seed, "turns": rules_of(campaign).turns,
        "quantities": [each.quantity for each in list_prizes(campaign_id)], "results": results,
    }  # fmt: skip
    return Response(json.dumps(found, indent=1), mimetype="application/json")


def _own_page(campaign: Campaign, refusal: DomainError | None = None) -> str:
    rules, entry = rules_of(campaign), find_entry(campaign.id, acting_member())
    plays = queries.list_plays(campaign.id, acting_member())
    best = queries.find_best(entry.id) if entry else None
    return render(
        "events/game/own.html", campaign=campaign, refusal=refusal, plays=plays, running=queries.find_running(plays), best=best,
        place=queries.place_of(best) if best and best.points is not None else None, once=uuid7(), entry=entry,
        left=max(0, rules.tries_a_day - playing.count_today(campaign.id, acting_member())), is_open=campaign.is_open_at(now()),
        is_invited=is_invited(acting_member(), campaign), win=find_win(entry.id) if entry else None, drawn=find_place(entry.id) if entry else None, **panel(campaign),
    )  # fmt: skip


def _play_page(campaign: Campaign, found: Play, refusal: DomainError | None = None) -> str:
    words: dict[str, Any] = {"campaign": campaign, "play": found, "refusal": refusal, "rules": rules_of(campaign)}
    left = found.deadline - now()
    if found.ended_at is None and found.game == CATCH and left > catching.LASTS:
        return render("events/game/catch.html", field=FIELD | {"seed": found.seed}, **words)
    if found.ended_at is None and found.game == MATCH and left > timedelta(0):
        return render(
            "events/game/match.html",
            board=queries.find_board(found.id),
            symbols=SYMBOLS,
            number=len(pairs.SYMBOLS),
            **words,
        )
    return render(
        "events/game/result.html", turn=queries.find_turn(found.id), refusals=REFUSALS, once=uuid7(), is_open=campaign.is_open_at(now()),
        left=max(0, words["rules"].tries_a_day - playing.count_today(campaign.id, acting_member())), **words,
    )  # fmt: skip


def _to_play(campaign_id: UUID, play_id: UUID) -> ResponseReturnValue:
    return redirect(url_for(".play", campaign_id=campaign_id, game_play_id=play_id), code=303)


def _number(name: str) -> int:
    """A number of the form, -1 for anything else."""
    return request.form.get(name, -1, int)


def _wheel(campaign_id: UUID) -> Campaign:
    found = _campaign(campaign_id)
    if not rules_of(found).is_wheel:
        raise NotFound
    return found


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="game")
