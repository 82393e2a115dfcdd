"""A contestant's own page: how they stand, or how to register; where teams compete with the team they are in."""

from typing import Any
from uuid import UUID

from flask import url_for

from app.core.clock import now
from app.core.forms import Form
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.theming import render
from app.modules.events.judging.scores import points, tenths
from app.modules.events.kinds.competition import queries, registering
from app.modules.events.kinds.competition.models import Contestant
from app.modules.events.kinds.competition.settings import MODES, rules_of
from app.modules.events.kinds.competition.standing import list_own_rounds
from app.modules.events.kinds.competition.teams.queries import find_me, find_team, list_people
from app.modules.events.kinds.competition.words import APPEALS, AWARDS, REGISTERED, REGISTERED_COLOURS, ROUNDS
from app.modules.events.queries import find_announced
from app.modules.events.teams.links import code_of
from app.modules.events.teams.settings import TeamSize
from tenants.context import Actor, current_actor, current_zone

WORDS = {"points": points, "tenths": tenths, "awards": AWARDS, "modes": MODES, "round_states": ROUNDS}


def render_own_page(campaign_id: UUID, form: Form, once: UUID) -> str:
    campaign, actor = find_announced(campaign_id, kind="competition"), current_actor()
    contestant, size = queries.find_own(campaign_id, actor), rules_of(campaign).teams
    return render(
        "events/competition/own.html", campaign=campaign, form=form, once=once, contestant=contestant, is_open=campaign.is_open_at(now()),
        is_member=actor.is_member, own_rounds=list_own_rounds(contestant) if contestant else [],
        certificate=find_certificate(contestant, actor), may_withdraw=registering.may_withdraw(campaign_id), registered=REGISTERED, colours=REGISTERED_COLOURS,
        appeals=APPEALS, size=size, **(_own_team(campaign_id, actor, size) if size else {"team": None}), **WORDS,
    )  # fmt: skip


def find_certificate(contestant: Contestant | None, actor: Actor) -> Any:
    """One's own certificate, of a team that of the person in it; none where there is none."""
    if contestant is None:
        return None
    me = find_me(contestant.campaign_id, actor) if contestant.team_id else contestant
    return queries.find_own_certificate(me.id) if me else None


def _own_team(campaign_id: UUID, actor: Actor, size: TeamSize) -> dict[str, Any]:
    me = find_me(campaign_id, actor)
    if me is None:
        return {"team": None}
    team, people = find_team(me.team_id), list_people(me.team_id)
    link = url_for("events.competition.teams.invitation", competition_team_id=team.id, token=code_of(team.id))
    address = platform().url(current_zone().host, link)
    return {
        "team": team, "me": me, "people": people, "address": address, "picture": qr_picture(address),
        "has_room": len(people) < size.most, "is_whole": size.least <= len(people) <= size.most,
    }  # fmt: skip
