"""What zones that hold a quiz of the city share: that they hold it, its questions, and the one ranking. No table is a zone's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import db
from tenants.models import PathText


class Holding(db.Model):
    """That a zone holds a quiz of the city whose zones are ranked together; the city's own zone is one of them.

    The zone's results are in the ranking up to `sent_until`, and all of them from `done_at` on: nothing of the zone changes then.
    """

    __tablename__ = "events_quiz_holdings"

    shared_id: Mapped[UUID] = mapped_column(primary_key=True)
    held_in: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    origin_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    origin_union_path: Mapped[str] = mapped_column(PathText)
    sent_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]


class SharedQuestion(db.Model):
    """A question of the city's quiz with its key, for the zones that take it up: staff read it to copy it, and no page shows it."""

    __tablename__ = "events_quiz_shared_questions"

    shared_id: Mapped[UUID] = mapped_column(ForeignKey("events_shared_campaigns.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    origin_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    origin_union_path: Mapped[str] = mapped_column(PathText)
    kind: Mapped[str]
    category: Mapped[str]
    prompt: Mapped[str]
    options: Mapped[list[str]] = mapped_column(ARRAY(String))
    right: Mapped[int] = mapped_column("right_options")
    explanation: Mapped[str]


class Standing(db.Model):
    """Somebody's best result of all zones (成绩): a masked name, the union's and the zone it was reached in.

    `person` tells the same member in two zones apart from two members, and nobody who a member is: it is made with a key.
    """

    __tablename__ = "events_quiz_standings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["shared_id", "held_in"], ["events_quiz_holdings.shared_id", "events_quiz_holdings.held_in"]
        ),
    )

    shared_id: Mapped[UUID] = mapped_column(primary_key=True)
    person: Mapped[bytes] = mapped_column(primary_key=True)
    held_in: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    origin_union_path: Mapped[str] = mapped_column(PathText)
    shown_name: Mapped[str]
    union_name: Mapped[str]
    points: Mapped[int]
    milliseconds: Mapped[int]
    reached_at: Mapped[datetime]
