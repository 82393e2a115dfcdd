"""Reading teams: one's own with its people, and those of all for staff."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.core.errors import NotFound
from app.modules.events.kinds.quiz.teams.models import QuizTeam, QuizTeamMember
from tenants.context import current_zone
from tenants.database import db

IN_IT = QuizTeamMember.left_at.is_(None)
TURN = "events.quiz.team."
"""Where those who come to a team, go, or begin a paper for it wait for each other; the database knows it by this name too."""


def find_me(campaign_id: UUID, member_id: UUID) -> QuizTeamMember | None:
    """A member in the team they are in."""
    own = select(QuizTeamMember).where(
        QuizTeamMember.campaign_id == campaign_id, QuizTeamMember.member_id == member_id, IN_IT
    )
    return db.session.scalar(own)


def has_begun(team_id: UUID) -> bool:
    """Whether anybody of one's team has begun a paper, so that nobody comes or goes any more."""
    return bool(db.session.scalar(select(func.quiz_team_has_begun(team_id))))


def hold_teams(campaign_id: UUID, members: Collection[UUID]) -> None:
    """Until the transaction ends nobody joins or leaves the teams of these members. One statement, in one order for all who ask."""
    teams = (
        select(QuizTeamMember.team_id)
        .distinct()
        .where(QuizTeamMember.campaign_id == campaign_id, QuizTeamMember.member_id.in_(members), IN_IT)
        .order_by(QuizTeamMember.team_id)
    )
    for team_id in db.session.scalars(teams).all():
        db.session.execute(select(func.pg_advisory_xact_lock_shared(func.hashtextextended(f"{TURN}{team_id}", 0))))


def in_small_teams(campaign_id: UUID, members: Collection[UUID], least: int) -> set[UUID]:
    """Those of these members whose team has fewer people than it needs."""
    mates = aliased(QuizTeamMember)
    there = (
        select(func.count()).where(mates.team_id == QuizTeamMember.team_id, mates.left_at.is_(None)).scalar_subquery()
    )
    small = select(QuizTeamMember.member_id).where(
        QuizTeamMember.campaign_id == campaign_id, QuizTeamMember.member_id.in_(members), IN_IT, there < least
    )
    return set(db.session.scalars(small))


def find_team(team_id: UUID) -> QuizTeam:
    """A team; raises `NotFound`."""
    found = db.session.get(QuizTeam, (current_zone().id, team_id))
    if found is None:
        raise NotFound
    return found


def find_team_member(team_member_id: UUID) -> QuizTeamMember:
    """Somebody in a team, as far as the running plane reads it; raises `NotFound`."""
    found = db.session.get(QuizTeamMember, (current_zone().id, team_member_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found


def list_people(team_id: UUID) -> Sequence[QuizTeamMember]:
    """Who is in a team, the captain first."""
    people = select(QuizTeamMember).where(QuizTeamMember.team_id == team_id, IN_IT)
    return db.session.scalars(people.order_by(QuizTeamMember.is_captain.desc(), QuizTeamMember.id)).all()


def names_by_team(campaign_id: UUID) -> dict[UUID, list[str]]:
    """Who is in the teams of a quiz, the captain first, for staff."""
    people = select(QuizTeamMember.team_id, QuizTeamMember.name).where(QuizTeamMember.campaign_id == campaign_id, IN_IT)
    found: dict[UUID, list[str]] = {}
    for row in db.session.execute(people.order_by(QuizTeamMember.is_captain.desc(), QuizTeamMember.id)):
        found.setdefault(row.team_id, []).append(row.name)
    return found


def count_teams(campaign_id: UUID) -> int:
    """How many teams there are, ranked or not."""
    there = select(func.count()).select_from(QuizTeam)
    return db.session.scalar(there.where(QuizTeam.campaign_id == campaign_id, QuizTeam.dissolved_at.is_(None))) or 0
