"""Works that members send, what of them is shown, and votes."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKeyConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.modules.events.kinds.works.states import State
from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union

LONGEST_TITLE, LONGEST_WORDS = 60, 2_000
MOST_PICTURES = 6


class Work(ZoneScoped, db.Model):
    """A member's work (作品) for a campaign, one each; sent anew it is the same row. The database gives the `number`.

    `file_ids` are its pictures as they were sent, personal files; `shown_file_ids` public copies of them, made when it is accepted.
    `author` is what is shown of whom it is by, and the union is the member's when it was sent.
    """

    __tablename__ = "events_works"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
        placed_in_union(),
    )

    campaign_id: Mapped[UUID]
    member_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(server_default=db.FetchedValue())
    title: Mapped[str]
    words: Mapped[str]
    author: Mapped[str]
    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    shown_file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    state: Mapped[str] = mapped_column(default=State.SENT)
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_name: Mapped[str] = mapped_column(default="")

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{self.state}.{self.version}"


class ShownWork(ZoneScoped, db.Model):
    """An accepted work as anybody may see it, with the id of the work; it names no member. `votes` is counted by the clock.

    What it came to is there once the campaign is settled, in thousandths of a point of a hundred: its votes' points beside those of
    the most voted, the jury's where enough judges scored it, both by their weights in all, and its place.
    """

    __tablename__ = "events_works_shown"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_works.zone_id", "events_works.id"]),)

    campaign_id: Mapped[UUID]
    title: Mapped[str]
    words: Mapped[str]
    author: Mapped[str]
    file_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    sent_at: Mapped[datetime]
    votes: Mapped[int] = mapped_column(default=0)
    vote_points: Mapped[int | None]
    jury_points: Mapped[int | None]
    points: Mapped[int | None]
    place: Mapped[int | None]


class Vote(ZoneScoped, db.Model):
    """A member's vote (投票) for a work, once a day of China time; it goes with what is shown of the work."""

    __tablename__ = "events_works_votes"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "work_id"], ["events_works_shown.zone_id", "events_works_shown.id"], ondelete="CASCADE"
        ),
    )

    campaign_id: Mapped[UUID]
    work_id: Mapped[UUID]
    member_id: Mapped[UUID]
    day: Mapped[date]
