"""The bank of questions, what a campaign copied of it, and the attempts and best scores of members.

A set of options is a number: bit 0 is the first option as it was written, bit 1 the second, and so on.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Integer, SmallInteger, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Question(ZoneScoped, db.Model):
    """A question of the zone's bank (题库); campaigns copy it when they are announced, so that it may change or go."""

    __tablename__ = "events_quiz_questions"

    kind: Mapped[str]
    category: Mapped[str]
    difficulty: Mapped[str]
    prompt: Mapped[str]
    options: Mapped[list[str]] = mapped_column(ARRAY(String))
    right: Mapped[int] = mapped_column("right_options")
    explanation: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    written_by_name: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    retired_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.version}"


class Item(ZoneScoped, db.Model):
    """A question as a campaign asks it. Members read those of their own papers."""

    __tablename__ = "events_quiz_items"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    kind: Mapped[str]
    category: Mapped[str]
    prompt: Mapped[str]
    options: Mapped[list[str]] = mapped_column(ARRAY(String))


class ItemKey(ZoneScoped, db.Model):
    """Which options of the item that has its id are right, and why. Members read those of papers they handed in, never while they
    answer another."""

    __tablename__ = "events_quiz_keys"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_quiz_items.zone_id", "events_quiz_items.id"]),)

    campaign_id: Mapped[UUID]
    right: Mapped[int] = mapped_column("right_options")
    explanation: Mapped[str]


class Score(ZoneScoped, db.Model):
    """The best result of the entry that has its id, for the ranking: it names nobody, `shown_name` is masked.

    `points`, `milliseconds` and when that was (`reached_at`) are empty until a paper is handed in, and so is the team it stands for.
    """

    __tablename__ = "events_quiz_scores"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),
        ForeignKeyConstraint(["zone_id", "team_id"], ["events_quiz_teams.zone_id", "events_quiz_teams.id"]),
    )

    campaign_id: Mapped[UUID]
    union_id: Mapped[UUID] = mapped_column(ForeignKey("unions.id"))
    shown_name: Mapped[str]
    points: Mapped[int | None]
    milliseconds: Mapped[int | None]
    reached_at: Mapped[datetime | None]
    team_id: Mapped[UUID | None]


class Attempt(ZoneScoped, db.Model):
    """A paper (试卷) of a member: which items, in which order their options stand, and what was answered by `deadline`.

    `orders` has for each item the numbers of its options in the order shown, as "2013"; `answers` the set chosen of each, empty
    where nothing came in time. Written by background work alone.
    """

    __tablename__ = "events_quiz_attempts"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "entry_id"], ["events_quiz_scores.zone_id", "events_quiz_scores.id"]),
    )

    campaign_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    member_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    day: Mapped[date]
    item_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    orders: Mapped[list[str]] = mapped_column(ARRAY(String))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    answers: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    points: Mapped[int | None]
    milliseconds: Mapped[int | None]
