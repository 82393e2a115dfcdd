"""What staff decide about an import; the work itself runs on the worker plane, in `app.members.jobs`."""

from uuid import UUID

from flask_babel import gettext

from app.core import audit
from app.core.clock import now
from app.core.coded_error import N_
from app.core.errors import Conflict, NotFound
from app.core.platform import platform
from app.core.sheets import SheetError
from app.core.sheets.containers import kind_of
from app.core.sheets.limits import MB
from app.core.tasks import OPEN_STATES, find_task, start_task
from app.members.errors import NoSuchUnion, UnreadableFile
from app.members.roster.checking import LIMITS, upload_place
from app.members.roster.models import BatchState, ImportBatch, ImportRow
from app.members.roster.problems import sentence
from app.members.roster.states import begin_merge, begin_undo
from app.unions.queries import find_in_subtree
from tenants.context import Actor, current_zone
from tenants.database import db

CHECK, MERGE, UNDO = "members.check_roster", "members.merge_roster", "members.undo_roster"
_WORK = {
    BatchState.UPLOADED.value: (CHECK, N_("Checking a roster")),
    BatchState.COMMITTING.value: (MERGE, N_("Importing a roster")),
    BatchState.UNDOING.value: (UNDO, N_("Undoing an import")),
}


def upload_roster(
    actor: Actor,
    batch_id: UUID,
    data: bytes,
    filename: str,
    union_id: UUID | None = None,
    *,
    in_background: bool = True,
) -> ImportBatch:
    """Keep a roster, encrypted, and have it checked; the same `batch_id` again is the same upload.

    `union_id` is where people go whose row names no union (the zone's own union by default). Raises
    `UnreadableFile`, `NoSuchUnion`.
    """
    if existing := db.session.get(ImportBatch, (current_zone().id, batch_id)):
        return existing
    _check_kind(data, filename)
    union_id = union_id or current_zone().union_id
    if find_in_subtree(union_id, current_zone().union_path) is None:
        raise NoSuchUnion(field="union_id")
    batch = ImportBatch(
        id=batch_id, filename=filename[-200:], default_union_id=union_id, created_by=actor.account_id,
        created_by_name=actor.name, state=BatchState.UPLOADED.value,
        upload=platform().blobs.seal(data, upload_place(batch_id)),
    )  # fmt: skip
    db.session.add(batch)
    audit.record("members.upload_roster", object_type="import", object_id=batch_id, bytes=len(data))
    db.session.flush()
    if in_background:
        _start_task(batch)
    return batch


def _check_kind(data: bytes, filename: str) -> None:
    """Refuse at once what is plainly no sheet; everything else the check finds."""
    try:
        kind_of(data, filename)
    except SheetError as fault:
        raise UnreadableFile(sentence(fault.code, fault.params), field="file") from None
    if len(data) > LIMITS.max_bytes:
        limit = {"limit_mb": round(LIMITS.max_bytes / MB, 1)}
        raise UnreadableFile(sentence("too_large", limit), field="file")


def request_merge(_: Actor, batch_id: UUID) -> ImportBatch:
    """Have a checked import written, or written on where it stopped; asking twice is asking once.

    Raises `NotFound`, `Conflict`.
    """
    batch = _locked(batch_id)
    if begin_merge(batch):
        _start_task(batch)
        audit.record("members.request_import", object_type="import", object_id=batch_id)
    _go_on(batch)
    return batch


def request_undo(_: Actor, batch_id: UUID) -> ImportBatch:
    """Have taken back what an import wrote, or go on where that stopped; asking twice is asking once.

    Raises `NotFound`, `NotUndoable`.
    """
    batch = _locked(batch_id)
    if begin_undo(batch):
        _start_task(batch)
        audit.record("members.request_undo_import", object_type="import", object_id=batch_id)
    _go_on(batch)
    return batch


def request_resume(_: Actor, batch_id: UUID) -> ImportBatch:
    """Have the check, the merge or the undo of an import go on where it stopped; nothing happens while it is under way
    or when it has ended. Raises `NotFound`."""
    batch = _locked(batch_id)
    _go_on(batch)
    return batch


def _start_task(batch: ImportBatch) -> None:
    kind, title = _WORK[batch.state]
    batch.task_id = start_task(kind, gettext(title), {"batch_id": str(batch.id)}, batch.total)


def _go_on(batch: ImportBatch) -> None:
    if is_stuck(batch):
        _start_task(batch)
        audit.record("members.resume_import", object_type="import", object_id=batch.id, state=batch.state)


def is_stuck(batch: ImportBatch) -> bool:
    """Whether the import is half-way and nothing works on it: its task was called off or failed, or its command died."""
    if batch.state not in _WORK:
        return False
    task = find_task(batch.task_id) if batch.task_id else None
    return task is None or task.state not in OPEN_STATES


def _locked(batch_id: UUID) -> ImportBatch:
    batch = db.session.get(ImportBatch, (current_zone().id, batch_id), with_for_update=True, populate_existing=True)
    if batch is None:
        raise NotFound
    return batch


def discard_roster(_: Actor, batch_id: UUID) -> None:
    """Throw a checked import away with everything staged. Raises `NotFound`, `Conflict`."""
    batch = _locked(batch_id)
    if batch.state == BatchState.DISCARDED:
        return
    if batch.state not in (BatchState.READY, BatchState.UNREADABLE, BatchState.UPLOADED):
        raise Conflict
    db.session.execute(db.delete(ImportRow).where(ImportRow.batch_id == batch_id))
    batch.state, batch.upload, batch.moved_at = BatchState.DISCARDED.value, None, now()
    audit.record("members.discard_roster", object_type="import", object_id=batch_id)
