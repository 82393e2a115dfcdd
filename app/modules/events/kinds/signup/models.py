"""The sessions of a campaign, and who registered for them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.core.rotating_codes import new_serial
from app.modules.events.kinds.signup.states import State
from tenants.database import ZoneScoped, db
from tenants.models import PathText

LONGEST_TITLE = 60
LONGEST_VENUE = 120
MOST_SEATS = 5_000


class Session(ZoneScoped, db.Model):
    """A session (场次). The database counts who has a seat (`taken`) and who waits, never more than there are `seats`.

    Written in the draft; once it is announced it is moved or cancelled, with a reason.
    """

    __tablename__ = "events_signup_sessions"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    title: Mapped[str]
    venue: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    sign_up_until: Mapped[datetime]
    seats: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    last_place: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    reminded_day_at: Mapped[datetime | None]
    reminded_hours_at: Mapped[datetime | None]

    @property
    def mark(self) -> str:
        """The mark of how it stands (`app.core.seen`)."""
        return f"{'cancelled' if self.cancelled_at else 'on'}.{self.version}"


class Registration(ZoneScoped, db.Model):
    """A registration (报名) for a session; a member has one alive at a time. `place` is the order in which they came.

    Whether it has a seat or waits the database says when it comes. `note_cipher` is sealed JSON, a text.
    """

    __tablename__ = "events_signup_registrations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "session_id"], ["events_signup_sessions.zone_id", "events_signup_sessions.id"]
        ),
    )

    campaign_id: Mapped[UUID]
    session_id: Mapped[UUID]
    member_id: Mapped[UUID]
    serial: Mapped[str] = mapped_column(PathText, default=new_serial)
    state: Mapped[str] = mapped_column(default=State.REGISTERED)
    place: Mapped[int] = mapped_column(default=0)
    note_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    confirm_until: Mapped[datetime | None]
    registered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    attended_at: Mapped[datetime | None]


class DoorKeeper(ZoneScoped, db.Model):
    """Who checks in at the door of one campaign (签到员), through `until` unless it was ended before."""

    __tablename__ = "events_signup_doorkeepers"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
    )

    campaign_id: Mapped[UUID]
    account_id: Mapped[UUID]
    name: Mapped[str]
    until: Mapped[datetime]
    named_by_name: Mapped[str]
    named_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    ended_at: Mapped[datetime | None]
