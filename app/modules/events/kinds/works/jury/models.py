"""Criteria, judges and score sheets of a call for works."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.modules.events.judging.models import AnyCriterion, AnyJudge, AnyRecusal
from tenants.database import ZoneScoped, db


class JuryCriterion(AnyCriterion, ZoneScoped, db.Model):
    """A criterion of a campaign's jury."""

    __tablename__ = "events_works_criteria"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )


class JuryMember(AnyJudge, ZoneScoped, db.Model):
    """A judge of a campaign's works."""

    __tablename__ = "events_works_judges"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )


class JurySheet(ZoneScoped, db.Model):
    """What a judge gave a work: `tenths` of the criteria in their order, handed in and never changed.

    A correction is a sheet with the next `number` and the `reason` for it; the last one counts.
    """

    __tablename__ = "events_works_sheets"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "work_id"], ["events_works.zone_id", "events_works.id"]),
        ForeignKeyConstraint(["zone_id", "judge_id"], ["events_works_judges.zone_id", "events_works_judges.id"]),
    )

    campaign_id: Mapped[UUID]
    work_id: Mapped[UUID]
    judge_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    tenths: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    reason: Mapped[str] = mapped_column(default="")
    handed_in_at: Mapped[datetime]


class JuryRecusal(AnyRecusal, ZoneScoped, db.Model):
    """A judge's recusal from one work."""

    __tablename__ = "events_works_recusals"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "work_id"], ["events_works.zone_id", "events_works.id"]),
        ForeignKeyConstraint(["zone_id", "judge_id"], ["events_works_judges.zone_id", "events_works_judges.id"]),
    )

    work_id: Mapped[UUID]
