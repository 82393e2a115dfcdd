"""Tasks on cases, calls and visits, and the photos of visits."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.casework.models import OfACase, of_a_case
from tenants.database import db


class Way(StrEnum):
    """How staff and the member met: a call by either, or a visit at home."""

    CALL_IN = "call_in"
    CALL_OUT = "call_out"
    VISIT = "visit"

    @property
    def is_call(self) -> bool:
        return self is not Way.VISIT


class CaseTask(OfACase, db.Model):
    """Something to do for a case (待办): by whom, and by the end of which working day; by nobody until the case has a handler
    again, where whoever had it has no part in the case any more."""

    __tablename__ = "case_tasks"
    stays = _("Tasks")
    __table_args__ = (of_a_case(),)

    title_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    assignee_id: Mapped[UUID | None]
    assignee_name: Mapped[str]
    due_on: Mapped[date]
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]


class CaseContact(OfACase, db.Model):
    """A phone call or a home visit; `told_cipher` is what is written of it, by the names of its form, sealed."""

    __tablename__ = "case_contacts"
    stays = _("Calls and visits")
    __table_args__ = (of_a_case(),)

    way: Mapped[str]
    at: Mapped[datetime]
    told_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID]
    actor_name: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class CasePhoto(OfACase, db.Model):
    """A photo taken on a visit; its bytes are a personal, encrypted file of the member's."""

    __tablename__ = "case_photos"
    stays = _("Calls and visits")
    __table_args__ = (
        of_a_case(),
        ForeignKeyConstraint(["zone_id", "contact_id"], ["case_contacts.zone_id", "case_contacts.id"]),
        ForeignKeyConstraint(["zone_id", "file_id"], ["files.zone_id", "files.id"]),
    )

    contact_id: Mapped[UUID]
    file_id: Mapped[UUID]
