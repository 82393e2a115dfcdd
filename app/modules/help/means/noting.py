"""What the city does with the lines: notes one with its day, or takes it back. Old cases keep what they were calculated by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.casework import standards
from app.core import audit
from app.core.errors import InvalidInput, NotFound
from app.modules.help.means.models import LocalStandard
from app.unions.models import Union
from tenants.context import Actor
from tenants.database import db
from tenants.paths import is_root

NOTE_STANDARDS = "help.note_standards"


class UnknownRegion(InvalidInput):
    code = "unknown-region"
    message = _("Choose a region from the list.")


@dataclass(frozen=True, slots=True)
class NewStandard:
    """A line to note: cents a person and month, for the region of a union."""

    union_id: UUID
    effective_from: date
    line_cents: int
    source: str


def note_standard(actor: Actor, new: NewStandard) -> LocalStandard:
    """Note a line; the same one sent twice is noted once.

    Raises `NotFound`, `UnknownRegion`, `StandardAlreadyNoted`. City plane.
    """
    _require_right(actor)
    union = db.session.get(Union, new.union_id)
    if union is None:
        raise UnknownRegion(field="union_id")
    row = {
        "union_path": union.path, "region": "" if is_root(union.path) else union.name,
        "effective_from": new.effective_from, "line_cents": new.line_cents, "source": new.source,
    }  # fmt: skip
    noted, is_new = standards.note_standard(LocalStandard, row, about="union_path")
    if is_new:
        _tell("note_standard", noted)
    return noted


def withdraw_standard(actor: Actor, standard_id: UUID) -> None:
    """Take back a line, so that the one before it holds again. Raises `NotFound`. City plane."""
    _require_right(actor)
    _tell("withdraw_standard", standards.withdraw_standard(LocalStandard, standard_id))


def _require_right(actor: Actor) -> None:
    if not actor.may(NOTE_STANDARDS):
        raise NotFound


def _tell(deed: str, noted: LocalStandard) -> None:
    audit.record(
        f"help.{deed}", object_type="help_standard", object_id=noted.id, region=noted.region,
        effective_from=noted.effective_from.isoformat(), line_cents=noted.line_cents,
    )  # fmt: skip
