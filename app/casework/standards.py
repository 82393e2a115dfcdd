"""Standards that hold from a day on (标准): noted once, never changed, and withdrawn to let the one before hold again."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core.errors import DomainError, NotFound
from tenants.database import Base, db
from tenants.ids import uuid7


class Dated(Protocol):
    """What holds from a day on."""

    @property
    def effective_from(self) -> date: ...


AnyDated = TypeVar("AnyDated", bound=Dated)
Noted = TypeVar("Noted", bound=Base)


class StandardAlreadyNoted(DomainError):
    """Another standard holds for the same thing from that day."""

    code = "standard-already-noted"
    message = _("Another one is noted for this from the same day. Withdraw it first.")


def last_begun(day: date, known: Sequence[AnyDated]) -> AnyDated:
    """Of standards from the earliest to the latest the last that has begun; before all of them the first."""
    return next((each for each in reversed(known) if each.effective_from <= day), known[0])


def note_standard(table: type[Noted], row: Mapping[str, Any], *, about: str) -> tuple[Noted, bool]:
    """The standard of a table for what the column `about` names, from its day on, and whether it is noted only now: the same
    one sent twice is noted once. Raises `StandardAlreadyNoted`."""
    columns: Any = table.__table__.c
    written = insert(table).values({"id": uuid7(), **row}).on_conflict_do_nothing()
    is_new = db.session.scalar(written.returning(columns.id)) is not None
    same = [columns[name] == row[name] for name in (about, "effective_from")]
    noted = db.session.scalars(select(table).where(*same)).one()
    if any(getattr(noted, name) != value for name, value in row.items()):
        raise StandardAlreadyNoted(field="effective_from")
    return noted, is_new


def withdraw_standard(table: type[Noted], standard_id: UUID) -> Noted:
    """The standard that was taken back: the one before it holds again. Raises `NotFound`."""
    columns: Any = table.__table__.c
    gone = db.session.scalars(delete(table).where(columns.id == standard_id).returning(table)).one_or_none()
    if gone is None:
        raise NotFound
    return gone
