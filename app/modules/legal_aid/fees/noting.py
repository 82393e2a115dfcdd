"""What the zone does with its fee standards: notes one with its day, or takes it back. Old claims keep what they were
calculated by."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.casework import standards
from app.core import audit
from app.core.errors import NotFound
from app.modules.legal_aid.fees.models import FeeStandard
from app.modules.legal_aid.fees.standards import Standard, Work, released_on
from app.modules.legal_aid.rights import MANAGE
from tenants.context import Actor, current_zone
from tenants.database import db


def standard_on(work: Work, day: date) -> Standard:
    """What a work done on a day is paid by: the last the zone had noted by then, else what came with the platform."""
    statement = (
        select(FeeStandard)
        .where(FeeStandard.work == work, FeeStandard.effective_from <= day)
        .order_by(FeeStandard.effective_from.desc())
        .limit(1)
    )
    noted = db.session.scalars(statement).first()
    return noted.standard if noted else released_on(work, day)


def list_noted() -> list[FeeStandard]:
    """Those of the zone, the latest first."""
    return list(db.session.scalars(select(FeeStandard).order_by(FeeStandard.effective_from.desc(), FeeStandard.work)))


def note_standard(actor: Actor, new: Standard) -> FeeStandard:
    """Note a standard; the same one sent twice is noted once. Raises `NotFound`, `StandardAlreadyNoted`."""
    _require_right(actor)
    row = {**new.to_json(), "effective_from": new.effective_from, "zone_id": current_zone().id}
    noted, is_new = standards.note_standard(FeeStandard, row, about="work")
    if is_new:
        _record("note_fee_standard", noted)
    return noted


def withdraw_standard(actor: Actor, standard_id: UUID) -> None:
    """Take back a standard, so that the one before it holds again for what is claimed from now on. Raises `NotFound`."""
    _require_right(actor)
    _record("withdraw_fee_standard", standards.withdraw_standard(FeeStandard, standard_id))


def _require_right(actor: Actor) -> None:
    if not actor.may(MANAGE):
        raise NotFound


def _record(deed: str, noted: FeeStandard) -> None:
    told = noted.standard.to_json()
    audit.record(f"legal_aid.{deed}", object_type="legal_aid_fee_standard", object_id=noted.id, **told)
