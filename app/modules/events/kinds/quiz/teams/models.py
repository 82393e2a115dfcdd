"""Teams of a quiz and their people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class QuizTeam(ZoneScoped, db.Model):
    """A team (参赛队) of one quiz; `most` is how many people it may have."""

    __tablename__ = "events_quiz_teams"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    name: Mapped[str]
    most: Mapped[int] = mapped_column(SmallInteger)
    founded_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    dissolved_at: Mapped[datetime | None]


class QuizTeamMember(ZoneScoped, db.Model):
    """A member in a team (队员), in one of a quiz at a time. From the first paper that anybody in it begins nobody comes or goes."""

    __tablename__ = "events_quiz_team_members"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "team_id"], ["events_quiz_teams.zone_id", "events_quiz_teams.id"]),
    )

    campaign_id: Mapped[UUID]
    team_id: Mapped[UUID]
    member_id: Mapped[UUID]
    name: Mapped[str]
    is_captain: Mapped[bool]
    joined_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    left_at: Mapped[datetime | None]
