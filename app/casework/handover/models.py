"""A case on its way to another zone: the proposal here, the offer there, and where a case came from."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ARRAY, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import ZoneScoped, db
from tenants.models import PathText


class Way(StrEnum):
    """How far a hand-over has come.

    The member is `ASKED` and has `AGREED`; it is `OFFERED` to the other zone; while it is `LEAVING` nothing is changed any more, and
    when it is `DONE` the case goes on there. It ends otherwise when the member `REFUSED`, the other zone `DECLINED`, it was `WITHDRAWN`
    here, or it `LAPSED`: the case moved on, or nobody answered.
    """

    ASKED = "asked"
    AGREED = "agreed"
    OFFERED = "offered"
    LEAVING = "leaving"
    DONE = "done"
    REFUSED = "refused"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


OPEN_WAYS = (Way.ASKED, Way.AGREED, Way.OFFERED)
"""While it stays where it is, and may go on as before."""


class CaseHandover(OfACase, db.Model):
    """A proposal that a case goes on in another zone (转办), in the zone that has it; at most one of a case is under way.

    `consent_version` is the text the member agreed to at `answered_at`; `from_state` is where the case stood when it left,
    `new_number` what it is called there.
    """

    __tablename__ = "case_handovers"
    stays = _("The hand-over itself")
    __table_args__ = (of_a_case(),)

    to_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    to_name: Mapped[str]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    state: Mapped[str] = mapped_column(default=Way.ASKED)
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    consent_version: Mapped[str | None]
    from_state: Mapped[str | None]
    new_number: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class CaseOffer(ZoneScoped, db.Model):
    """A case that another zone offers to this one, under the id it will have here; gone once that is settled.

    `state` is `offered`, `accepted` or `declined`; `blind_paths` are the unions that must not know.
    """

    __tablename__ = "case_offers"

    member_id: Mapped[UUID] = mapped_column(ForeignKey("members.id"))
    module: Mapped[str]
    kind: Mapped[str]
    from_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    from_name: Mapped[str]
    from_number: Mapped[str]
    blind_paths: Mapped[list[str]] = mapped_column(ARRAY(PathText))
    is_urgent: Mapped[bool]
    due_at: Mapped[datetime | None]
    reason_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    offered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    state: Mapped[str] = mapped_column(default="offered")
    answered_by: Mapped[UUID | None]
    answer_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)


class CaseOrigin(OfACase, db.Model):
    """Where a case came from that was handed over to this zone, and what the member agreed to."""

    __tablename__ = "case_origins"
    stays = _("Where it came from before")
    __table_args__ = (of_a_case(),)

    from_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"))
    from_case_id: Mapped[UUID]
    from_name: Mapped[str]
    from_number: Mapped[str]
    consent_version: Mapped[str]
    agreed_at: Mapped[datetime]
    arrived_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class CaseDesk(db.Model):
    """That a zone takes cases of a kind (受理范围): everybody's staff may know, so that a case is handed to who takes it."""

    __tablename__ = "case_desks"

    desk_zone_id: Mapped[UUID] = mapped_column(ForeignKey("zones.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
