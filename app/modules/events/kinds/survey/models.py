"""What members answer: by name in sheets; anonymously in a sealed box, of which only numbers and texts remain.

How far an anonymous survey is anonymous:

* That a member took part is an entry of the campaign, as in every other, so that they answer once. What they answered is a `Ballot`
  of its own: no member, no entry, no time, an id drawn by lot. Answers that are not sent yet stand in the form alone.
* While the campaign is open nobody reads ballots, staff neither: who watched numbers change could subtract. No plane that serves
  pages may read them at all, and they are sealed with the platform's key.
* Once it is closed background work takes all ballots out at one moment, adds them up, and keeps nothing that was one person's: a
  `Tally` a union and question, those of unions with fewer than `hiding.FEWEST` answers put together for good, and texts in an order
  drawn by lot, without union or the other answers of whoever wrote them.
* Whoever administers the database could, while it is open (or in a backup or a write-ahead log of that time), see that a ballot and an
  entry came by one transaction; with the platform's key as well they could read it. After the box is opened nothing in the tables
  leads back: all that is left was written by one transaction of background work. And people give themselves away in texts.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, ForeignKeyConstraint, Integer, LargeBinary, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


def _of_campaign() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"])


class Sheet(ZoneScoped, db.Model):
    """The answers (答卷) of a named survey, of the entry that has its id: `answers` by the number of the question.

    `union_id` is the union right below the zone's that the member belonged to, or the zone's own.
    """

    __tablename__ = "events_survey_sheets"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),)

    campaign_id: Mapped[UUID]
    member_id: Mapped[UUID]
    union_id: Mapped[UUID] = mapped_column(ForeignKey("unions.id"))
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sent_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class Ballot(ZoneScoped, db.Model):
    """The answers of an anonymous survey while it is open (密封答卷): sealed JSON of union and answers, and nothing else."""

    __tablename__ = "events_survey_ballots"
    __table_args__ = (_of_campaign(),)
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012 - whoever sends one may not read it

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)
    campaign_id: Mapped[UUID]
    answers_cipher: Mapped[bytes] = mapped_column(LargeBinary)


class Tally(ZoneScoped, db.Model):
    """How many in a union answered a question of a closed survey, and how many chose each number; question 0 counts all who sent.

    Without a union it is of several that had too few.
    """

    __tablename__ = "events_survey_tallies"
    __table_args__ = (_of_campaign(),)

    campaign_id: Mapped[UUID]
    union_id: Mapped[UUID | None] = mapped_column(ForeignKey("unions.id"))
    question: Mapped[int] = mapped_column(SmallInteger)
    answered: Mapped[int]
    chosen: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class FreeText(ZoneScoped, db.Model):
    """A text that somebody wrote in an anonymous survey; ids are drawn by lot, and their order is that of nothing."""

    __tablename__ = "events_survey_texts"
    __table_args__ = (_of_campaign(),)

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-1)
    campaign_id: Mapped[UUID]
    question: Mapped[int] = mapped_column(SmallInteger)
    words: Mapped[str]
