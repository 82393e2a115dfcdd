"""An uploaded list of unions: kept, shown, written once."""

import io
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.identifiers import IdentifierError
from app.core.sheets import Sheet, SheetError, SheetLimits, read_sheet
from app.unions.errors import UnreadableSheet
from app.unions.headings import UnionHeadingError
from app.unions.importing import import_unions, plan_import
from app.unions.lines import MESSAGES, UnionLine, UnionPlan
from app.unions.models import UnionImport
from tenants.context import Actor
from tenants.database import db

LIMITS = SheetLimits(max_rows=50_000)


def keep_upload(actor: Actor, import_id: UUID, data: bytes, filename: str) -> UnionImport:
    """Keep a list that can be read as one; the same id again is the same upload. Raises `UnreadableSheet`."""
    if existing := db.session.get(UnionImport, import_id):
        return existing
    try:
        plan = plan_import(open_sheet(data, filename))
    except (SheetError, UnionHeadingError) as fault:
        raise UnreadableSheet(gettext(fault.message) % fault.params, field="file") from None
    kept = UnionImport(
        id=import_id, filename=filename[-200:], upload=data, counts=plan.counts, created_by=actor.account_id,
        created_by_name=actor.name,
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    return kept


def open_sheet(data: bytes, filename: str) -> Sheet:
    return read_sheet(io.BytesIO(data), filename, LIMITS)


def find_import(import_id: UUID, *, lock: bool = False) -> UnionImport:
    """Raises `NotFound`."""
    query = select(UnionImport).where(UnionImport.id == import_id)
    found = db.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None:
        raise NotFound
    return found


def plan_of(kept: UnionImport) -> UnionPlan | None:
    """What the list would do now; None once it was imported."""
    return plan_import(open_sheet(kept.upload, kept.filename)) if kept.upload else None


def commit_import(actor: Actor, import_id: UUID, seen: str) -> UnionImport:
    """Write a kept list as its page showed it (`UnionPlan.mark`); a second time nothing happens.

    Raises `NotFound`, `ChangedMeanwhile`.
    """
    kept = find_import(import_id, lock=True)
    if kept.upload is not None:
        kept.counts = import_unions(actor, open_sheet(kept.upload, kept.filename), seen).counts
        kept.state, kept.done_at, kept.upload = "done", now(), None
        db.session.flush()
    return kept


def list_imports(limit: int = 20) -> list[UnionImport]:
    return list(db.session.scalars(select(UnionImport).order_by(UnionImport.id.desc()).limit(limit)))


def reason(line: UnionLine) -> str:
    """Why a line is refused, in the reader's language."""
    if line.problem is None:
        return ""
    code, _, params = line.problem
    return gettext(MESSAGES.get(code) or IdentifierError.MESSAGES[code]) % params
