"""What the city does with the lines: notes one with its day, or takes it back. Old cases keep what they were calculated by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.errors import DomainError, InvalidInput, NotFound
from app.modules.help.means.models import LocalStandard
from app.unions.models import Union
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import is_root

NOTE_STANDARDS = "help.note_standards"


class UnknownRegion(InvalidInput):
    code = "unknown-region"
    message = _("Choose a region from the list.")


class AlreadyNoted(DomainError):
    """Another line holds for the region from that day."""

    code = "standard-already-noted"
    message = _("Another line is noted for this region from this day. Withdraw it first.")


@dataclass(frozen=True, slots=True)
class NewStandard:
    """A line to note: cents a person and month, for the region of a union."""

    union_id: UUID
    effective_from: date
    line_cents: int
    source: str


def note_standard(actor: Actor, new: NewStandard) -> LocalStandard:
    """Note a line; the same one sent twice is noted once. Raises `NotFound`, `UnknownRegion`, `AlreadyNoted`. City plane."""
    _require_right(actor)
    union = db.session.get(Union, new.union_id)
    if union is None:
        raise UnknownRegion(field="union_id")
    row = {
        "id": uuid7(), "union_path": union.path, "region": "" if is_root(union.path) else union.name,
        "effective_from": new.effective_from, "line_cents": new.line_cents, "source": new.source,
    }  # fmt: skip
    is_new = db.session.scalar(insert(LocalStandard).values(row).on_conflict_do_nothing().returning(LocalStandard.id))
    noted = db.session.scalars(
        select(LocalStandard).where(
            LocalStandard.union_path == union.path, LocalStandard.effective_from == new.effective_from
        )
    ).one()
    if is_new:
        _tell("note_standard", noted)
    elif (noted.line_cents, noted.source) != (new.line_cents, new.source):
        raise AlreadyNoted(field="effective_from")
    return noted


def withdraw_standard(actor: Actor, standard_id: UUID) -> None:
    """Take back a line, so that the one before it holds again. Raises `NotFound`. City plane."""
    _require_right(actor)
    gone = delete(LocalStandard).where(LocalStandard.id == standard_id).returning(LocalStandard)
    noted = db.session.scalars(gone).one_or_none()
    if noted is None:
        raise NotFound
    _tell("withdraw_standard", noted)


def _require_right(actor: Actor) -> None:
    if not actor.may(NOTE_STANDARDS):
        raise NotFound


def _tell(deed: str, noted: LocalStandard) -> None:
    audit.record(
        f"help.{deed}", object_type="help_standard", object_id=noted.id, region=noted.region,
        effective_from=noted.effective_from.isoformat(), line_cents=noted.line_cents,
    )  # fmt: skip
