"""Reading teams: one's own with its people, and those of contestants for staff and judges."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.core.errors import NotFound
from app.modules.events.kinds.competition.teams.models import Team, TeamMember
from tenants.context import Actor, current_zone
from tenants.database import db

IN_IT = TeamMember.left_at.is_(None)


def is_me(actor: Actor) -> ColumnElement[bool]:
    """Whether somebody in a team is the actor, by their account or as the member they are."""
    by_account = TeamMember.account_id == actor.account_id
    return or_(by_account, TeamMember.member_id == actor.member_id) if actor.member_id else by_account


def find_me(campaign_id: UUID, actor: Actor) -> TeamMember | None:
    """The actor in the team they are in."""
    own = select(TeamMember).where(TeamMember.campaign_id == campaign_id, IN_IT, is_me(actor))
    return db.session.scalar(own.order_by(TeamMember.id).limit(1))


def find_team(team_id: UUID) -> Team:
    """A team; raises `NotFound`."""
    found = db.session.get(Team, (current_zone().id, team_id))
    if found is None:
        raise NotFound
    return found


def find_team_member(team_member_id: UUID) -> TeamMember:
    """Somebody in a team, as far as the running plane reads it; raises `NotFound`."""
    found = db.session.get(TeamMember, (current_zone().id, team_member_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found


def list_people(team_id: UUID) -> Sequence[TeamMember]:
    """Who is in a team, the captain first."""
    people = select(TeamMember).where(TeamMember.team_id == team_id, IN_IT)
    return db.session.scalars(people.order_by(TeamMember.is_captain.desc(), TeamMember.id)).all()


def list_all_people(campaign_id: UUID) -> dict[UUID, list[TeamMember]]:
    """Who is in the teams of a competition, by team, the captain first."""
    people = select(TeamMember).where(TeamMember.campaign_id == campaign_id, IN_IT)
    found: dict[UUID, list[TeamMember]] = {}
    for each in db.session.scalars(people.order_by(TeamMember.is_captain.desc(), TeamMember.id)):
        found.setdefault(each.team_id, []).append(each)
    return found


def is_in_a_team(campaign_id: UUID, account_id: UUID) -> bool:
    found = select(TeamMember.id).where(
        TeamMember.campaign_id == campaign_id, TeamMember.account_id == account_id, IN_IT
    )
    return db.session.scalar(found.limit(1)) is not None
