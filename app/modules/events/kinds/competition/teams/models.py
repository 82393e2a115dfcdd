"""Teams and their people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union


class Team(ZoneScoped, db.Model):
    """A team (参赛队) of one competition. Handed in, it competes as a contestant of its own, which has its name."""

    __tablename__ = "events_competition_teams"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    name: Mapped[str]
    founded_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    dissolved_at: Mapped[datetime | None]


class TeamMember(ZoneScoped, db.Model):
    """Somebody in a team (队员), by account as contestants are; in one team of a competition at a time. The captain founded it, or was handed it over."""

    __tablename__ = "events_competition_team_members"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "team_id"], ["events_competition_teams.zone_id", "events_competition_teams.id"]
        ),
        placed_in_union(),
    )

    campaign_id: Mapped[UUID]
    team_id: Mapped[UUID]
    account_id: Mapped[UUID]
    member_id: Mapped[UUID | None]
    name: Mapped[str]
    union_id: Mapped[UUID | None]
    union_path: Mapped[str | None] = mapped_column(PathText)
    is_captain: Mapped[bool]
    joined_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    left_at: Mapped[datetime | None]
