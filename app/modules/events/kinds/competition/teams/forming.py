"""What people do with a team: found one, join one by its link, hand it over, hand it in, leave it."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.modules.events.entering import add_entries, enter, require_open
from app.modules.events.kinds.competition import queries, registering
from app.modules.events.kinds.competition.errors import (
    CaptainStays,
    Excluded,
    JudgesThere,
    RegistrationOver,
    TeamHandedIn,
    TeamTooSmall,
)
from app.modules.events.kinds.competition.models import FULL, Contestant
from app.modules.events.kinds.competition.settings import rules_of
from app.modules.events.kinds.competition.states import TAKES_PART, Registered
from app.modules.events.kinds.competition.teams.models import Team, TeamMember
from app.modules.events.kinds.competition.teams.queries import find_me, find_team, find_team_member, list_people
from app.modules.events.kinds.competition.turns import hold_people
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.teams.errors import AlreadyInATeam, CaptainAlone, HeirGone, LinkNotGood, NameTaken, TeamIsFull
from app.modules.events.teams.links import is_good
from app.modules.events.teams.passing_on import tell_captain
from app.modules.events.teams.settings import TeamSize
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

REFUSALS = {
    "events_competition_team_members_once": AlreadyInATeam,
    "events_competition_team_members_member_once": AlreadyInATeam,
    "events_competition_team_members_full": TeamIsFull,
    "events_competition_team_members_handed_in": TeamHandedIn,
    "events_competition_team_members_captain": CaptainAlone,
    "events_competition_team_members_gone": HeirGone,
    "events_competition_team_members_kept": CaptainStays,
    "events_competition_team_members_judge": JudgesThere,
    "events_competition_team_members_begun": RegistrationOver,
    "events_competition_teams_name": NameTaken,
}
"""What the database looks at, by its constraints."""


def found(actor: Actor, team_id: UUID, campaign_id: UUID, *, team: str, name: str = "") -> Team:
    """Found a team as its captain; sent twice it is one. `name` is what a guest is called.

    Raises `NotFound` where individuals compete, `NotOpen`, `NotInvited`, `NameMissing`, `AlreadyInATeam`, `NameTaken`, `JudgesThere`.
    """
    campaign, _size = require_teams(campaign_id)
    require_open(campaign)
    _take_turns(actor, campaign_id)
    me = find_me(campaign_id, actor)
    if me is not None and me.team_id == team_id:
        return find_team(team_id)
    if db.session.get(Team, (current_zone().id, team_id)) is not None:  # dissolved since the form was shown
        team_id = uuid7()
    made = Team(id=team_id, campaign_id=campaign_id, name=team)
    with refused_as(REFUSALS):
        db.session.add(made)
    _add(actor, campaign, made, name, is_captain=True)
    _remember("events.competition_team_found", made)
    return made


def join(actor: Actor, team_id: UUID, code: str, *, name: str = "") -> Team:
    """Join a team by its link; joined twice it is once.

    Raises `NotFound`, `LinkNotGood`, `NotOpen`, `NotInvited`, `NameMissing`, `AlreadyInATeam`, `TeamIsFull`, `TeamHandedIn`, `JudgesThere`.
    """
    made = find_team(team_id)
    campaign, _size = require_teams(made.campaign_id)
    if made.dissolved_at is not None or not is_good(made.id, code):
        raise LinkNotGood
    require_open(campaign)
    me = find_me(campaign.id, actor)
    if me is not None and me.team_id == team_id:
        return made
    _take_turns(actor, campaign.id)
    _add(actor, campaign, made, name, is_captain=False)
    _remember("events.competition_team_join", made)
    return made


def hand_in(actor: Actor, contestant_id: UUID, campaign_id: UUID) -> Contestant:
    """Hand a team's registration in, as its captain; handed in twice it is once.

    Raises `NotFound` for who is no captain, `NotOpen`, `TeamTooSmall`, `Excluded`, `JudgesThere`.
    """
    campaign, size = require_teams(campaign_id)
    require_open(campaign)
    hold_people(campaign_id)
    captain = _require_captain(actor, campaign_id)
    contestant = queries.find_own(campaign_id, actor)
    if contestant is not None and contestant.state == Registered.EXCLUDED:
        raise Excluded
    if contestant is not None and contestant.state != Registered.WITHDRAWN:
        return contestant
    people = list_people(captain.team_id)
    facts = {
        "team_id": captain.team_id, "name": find_team(captain.team_id).name, "shown": FULL, "member_id": captain.member_id,
        "union_id": captain.union_id, "union_path": captain.union_path,
        "state": Registered.REGISTERED if all(each.member_id for each in people) else Registered.GUEST,
    }  # fmt: skip
    if contestant is None:
        contestant = Contestant(id=contestant_id, campaign_id=campaign_id, account_id=captain.account_id)
        db.session.add(contestant)
    for column, value in facts.items():
        setattr(contestant, column, value)
    too_small = TeamTooSmall(size.least, len(people))
    with refused_as(
        {"events_competition_contestants_judge": JudgesThere, "events_competition_contestants_team": too_small}
    ):
        db.session.flush()
    db.session.refresh(contestant)
    record("events.competition_team_hand_in", object_type="events_competition_contestant", object_id=contestant.id,
           subject_member_id=contestant.member_id, state=contestant.state, number=contestant.number, people=len(people))  # fmt: skip
    return contestant


def leave(actor: Actor, campaign_id: UUID) -> None:
    """Leave a team; the captain leaves last, and there is no team then. A team that was handed in and is too small then takes part no more.

    Raises `NotFound`, `CaptainAlone`, `RegistrationOver` once the first round has begun.
    """
    me = find_me(campaign_id, actor)
    if me is None:
        raise NotFound
    if me.is_captain:
        if len(list_people(me.team_id)) > 1:
            raise CaptainAlone
        find_team(me.team_id).dissolved_at = now()
        db.session.flush()
    _part(me, "events.competition_team_leave")


def put_out(actor: Actor, team_member_id: UUID) -> None:
    """Take somebody out of one's team, as its captain. Raises `NotFound`, `RegistrationOver`."""
    other = find_team_member(team_member_id)
    captain = _require_captain(actor, other.campaign_id)
    if other.team_id != captain.team_id or other.is_captain:
        raise NotFound
    _part(other, "events.competition_team_put_out")


def hand_over(actor: Actor, team_member_id: UUID) -> None:
    """Make somebody in one's team its captain instead of oneself, until it was handed in.

    Raises `NotFound` for who is no captain, `NotOpen`, `HeirGone`, `CaptainStays`.
    """
    heir = find_team_member(team_member_id)
    campaign, _size = require_teams(heir.campaign_id)
    hold_people(campaign.id)
    captain = _require_captain(actor, heir.campaign_id)
    if heir.team_id != captain.team_id or heir.is_captain:
        raise NotFound
    require_open(campaign)
    with refused_as(REFUSALS):
        db.session.execute(select(func.hand_competition_captaincy(heir.id)))
    team = find_team(heir.team_id)
    _remember("events.competition_team_hand_over", team, person=str(heir.account_id))
    tell_captain(heir, team.name, campaign)


def become_member(actor: Actor, campaign_id: UUID) -> None:
    """Note that a guest in a team is a member by now; when all are, the team may come to the last round.

    Raises `NotFound`, `NotInvited`.
    """
    me = find_me(campaign_id, actor)
    if me is None:
        raise NotFound
    if me.member_id is not None:
        return
    campaign = find_announced(campaign_id, kind="competition")
    facts = registering.as_member(actor, campaign)
    me.member_id, me.name, me.union_id, me.union_path = (
        facts[key] for key in ("member_id", "name", "union_id", "union_path")
    )
    with refused_as(REFUSALS):
        db.session.flush()
    for member_id in add_entries(campaign_id, [facts["member_id"]]):
        record("events.enter", object_type="events_campaign", object_id=campaign_id, subject_member_id=member_id)
    _remember("events.competition_join", find_team(me.team_id))


def require_teams(campaign_id: UUID) -> tuple[Campaign, TeamSize]:
    """An announced competition of teams, and how large these are; raises `NotFound`."""
    campaign = find_announced(campaign_id, kind="competition")
    size = rules_of(campaign).teams
    if size is None:
        raise NotFound
    return campaign, size


def _add(actor: Actor, campaign: Campaign, team: Team, name: str, *, is_captain: bool) -> None:
    facts = registering.as_member(actor, campaign) if actor.is_member else registering.as_guest(campaign, name)
    facts.pop("state")
    if actor.account_id is None:
        raise NotFound
    if actor.is_member and actor.member_id:
        enter(actor.member_id, campaign)
    person = TeamMember(
        id=uuid7(),
        campaign_id=campaign.id,
        team_id=team.id,
        account_id=actor.account_id,
        is_captain=is_captain,
        **facts,
    )
    with refused_as(REFUSALS):
        db.session.add(person)


def _part(person: TeamMember, action: str) -> None:
    """Let somebody go; whoever left reads nothing of the team any more, so that what is to be told of it is read before."""
    team, before, there = find_team(person.team_id), _contestant_of(person.team_id), len(list_people(person.team_id))
    person.left_at = now()
    with refused_as(REFUSALS):
        db.session.flush()
    _remember(action, team, person=str(person.account_id))
    campaign, size = require_teams(team.campaign_id)
    if before is not None and before.state in TAKES_PART and before.member_id and there - 1 < size.least:
        notify("events.competition_team_small", before.member_id, {"team": team.name, "title": campaign.title},
               dedupe_key=f"events.competition_team_small:{person.id}", href=f"/events/competition/{campaign.id}")  # fmt: skip


def _contestant_of(team_id: UUID) -> Contestant | None:
    return db.session.scalar(select(Contestant).where(Contestant.team_id == team_id))


def _require_captain(actor: Actor, campaign_id: UUID) -> TeamMember:
    me = find_me(campaign_id, actor)
    if me is None or not me.is_captain:
        raise NotFound
    return me


def _take_turns(actor: Actor, campaign_id: UUID) -> None:
    take_turn(f"events.competition.{current_zone().id}.{campaign_id}.{actor.account_id}")
    hold_people(campaign_id)


def _remember(action: str, team: Team, **detail: Any) -> None:
    record(action, object_type="events_competition_team", object_id=team.id, **detail)
