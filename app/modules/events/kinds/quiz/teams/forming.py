"""What members do with a team: found one, join one by its link, hand it over, leave it. On the member plane."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.members.models import Member
from app.modules.events.entering import is_invited
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.kinds.quiz.models import Attempt
from app.modules.events.kinds.quiz.settings import rules_of
from app.modules.events.kinds.quiz.teams.errors import BegunAlready, TeamIsFixed
from app.modules.events.kinds.quiz.teams.models import QuizTeam, QuizTeamMember
from app.modules.events.kinds.quiz.teams.queries import find_me, find_team, find_team_member
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.states import State
from app.modules.events.teams.errors import AlreadyInATeam, CaptainAlone, HeirGone, LinkNotGood, NameTaken, TeamIsFull
from app.modules.events.teams.links import is_good
from app.modules.events.teams.passing_on import tell_captain
from app.modules.events.teams.settings import TeamSize
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

REFUSALS = {
    "events_quiz_team_members_once": AlreadyInATeam,
    "events_quiz_team_members_full": TeamIsFull,
    "events_quiz_team_members_fixed": TeamIsFixed,
    "events_quiz_team_members_captain": CaptainAlone,
    "events_quiz_team_members_gone": HeirGone,
    "events_quiz_teams_name": NameTaken,
}
"""What the database looks at, by its constraints."""


def found(member_id: UUID, team_id: UUID, campaign_id: UUID, *, team: str) -> QuizTeam:
    """Found a team as its captain; sent twice it is one.

    Raises `NotFound` where there are no teams, `NotOpen`, `NotInvited`, `BegunAlready`, `AlreadyInATeam`, `NameTaken`.
    """
    campaign, size = require_teams(campaign_id)
    before = db.session.get(QuizTeam, (current_zone().id, team_id))
    if before is not None:
        return before
    _require_may_join(member_id, campaign)
    made = QuizTeam(id=team_id, campaign_id=campaign_id, name=team, most=size.most)
    with refused_as(REFUSALS):
        db.session.add(made)
    _add(member_id, made, is_captain=True)
    _remember("events.quiz_team_found", made)
    return made


def join(member_id: UUID, team_id: UUID, code: str) -> QuizTeam:
    """Join a team by its link; joined twice it is once.

    Raises `NotFound`, `LinkNotGood`, `NotOpen`, `NotInvited`, `BegunAlready`, `AlreadyInATeam`, `TeamIsFull`, `TeamIsFixed`.
    """
    made = find_team(team_id)
    campaign, _size = require_teams(made.campaign_id)
    if made.dissolved_at is not None or not is_good(made.id, code):
        raise LinkNotGood
    me = find_me(campaign.id, member_id)
    if me is not None and me.team_id == team_id:
        return made
    _require_may_join(member_id, campaign)
    _add(member_id, made, is_captain=False)
    _remember("events.quiz_team_join", made)
    return made


def leave(member_id: UUID, campaign_id: UUID) -> None:
    """Leave a team; the captain leaves last, and there is no team then. Raises `NotFound`, `NotOpen`, `CaptainAlone`, `TeamIsFixed`."""
    campaign, _size = require_teams(campaign_id)
    me = find_me(campaign_id, member_id)
    if me is None:
        raise NotFound
    _require_forming(campaign)
    if me.is_captain:
        find_team(me.team_id).dissolved_at = now()
        db.session.flush()
    _part(me, "events.quiz_team_leave")


def put_out(member_id: UUID, team_member_id: UUID) -> None:
    """Take somebody out of one's team, as its captain. Raises `NotFound`, `NotOpen`, `TeamIsFixed`."""
    other = find_team_member(team_member_id)
    captain = find_me(other.campaign_id, member_id)
    if captain is None or not captain.is_captain or other.is_captain or other.left_at:
        raise NotFound
    campaign, _size = require_teams(other.campaign_id)
    _require_forming(campaign)
    _part(other, "events.quiz_team_put_out")


def hand_over(member_id: UUID, team_member_id: UUID) -> None:
    """Make somebody in one's team its captain instead of oneself. Raises `NotFound` for who is no captain, `NotOpen`, `HeirGone`."""
    heir = find_team_member(team_member_id)
    captain = find_me(heir.campaign_id, member_id)
    if captain is None or not captain.is_captain or heir.team_id != captain.team_id or heir.is_captain:
        raise NotFound
    campaign, _size = require_teams(heir.campaign_id)
    _require_forming(campaign)
    with refused_as(REFUSALS):
        db.session.execute(select(func.hand_quiz_captaincy(heir.id)))
    team = find_team(heir.team_id)
    _remember("events.quiz_team_hand_over", team, person=str(heir.member_id))
    tell_captain(heir, team.name, campaign)


def require_teams(campaign_id: UUID) -> tuple[Campaign, TeamSize]:
    """An announced quiz with teams, and how large these are; raises `NotFound`."""
    campaign = find_announced(campaign_id, kind="quiz")
    size = rules_of(campaign).teams
    if size is None:
        raise NotFound
    return campaign, size


def is_forming(campaign: Campaign) -> bool:
    """Whether teams form: from the announcement to the end."""
    return campaign.state in (State.FROZEN, State.OPEN) and now() < campaign.closes_at


def has_begun(campaign_id: UUID, member_id: UUID) -> bool:
    """Whether a member has begun a paper."""
    own = select(Attempt.id).where(Attempt.campaign_id == campaign_id, Attempt.member_id == member_id)
    return db.session.scalar(own.limit(1)) is not None


def _require_forming(campaign: Campaign) -> None:
    if not is_forming(campaign):
        raise NotOpen


def _require_may_join(member_id: UUID, campaign: Campaign) -> None:
    _require_forming(campaign)
    if not is_invited(member_id, campaign):
        raise NotInvited
    if has_begun(campaign.id, member_id):
        raise BegunAlready


def _add(member_id: UUID, team: QuizTeam, *, is_captain: bool) -> None:
    name = db.session.scalar(select(Member.name).where(Member.id == member_id))
    if name is None:
        raise NotFound
    person = QuizTeamMember(
        id=uuid7(), campaign_id=team.campaign_id, team_id=team.id, member_id=member_id, name=name, is_captain=is_captain
    )
    with refused_as(REFUSALS):
        db.session.add(person)


def _part(person: QuizTeamMember, action: str) -> None:
    """Let somebody go; whoever left reads nothing of the team any more, so that the team is read before."""
    team = find_team(person.team_id)
    person.left_at = now()
    with refused_as(REFUSALS):
        db.session.flush()
    _remember(action, team, person=str(person.member_id))


def _remember(action: str, team: QuizTeam, **detail: Any) -> None:
    record(action, object_type="events_quiz_team", object_id=team.id, **detail)
