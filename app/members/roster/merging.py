"""The merge: chunks of staged rows into `members` and `memberships` by set-based SQL, each chunk one transaction.

The chunk, its undo log and the batch's cursor are committed together, so a killed merge goes on exactly where it stood.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import func, select

from app.core import audit
from app.core.clock import now
from app.core.heap import frozen_heap
from app.core.jobs import checkpoint
from app.members.changes import roster_changed
from app.members.locking import one_writer
from app.members.retrying import Overtaken
from app.members.roster import sealed_rows
from app.members.roster.checking import CHUNK, Progress, find_batch, no_progress
from app.members.roster.chunking import Stride
from app.members.roster.copying import Chunk
from app.members.roster.models import BatchState, ImportBatch, ImportChange, ImportRow, Outcome
from app.members.roster.places import UnionPlaces
from app.members.roster.revising import Revised, revise
from app.members.roster.staging import StagedRow, load_writable
from app.members.roster.states import begin_merge
from app.members.roster.writing import write_chunk
from tenants.context import current_zone
from tenants.database import db


@frozen_heap()
def merge_roster_in_steps(
    batch_id: UUID, progress: Progress = no_progress, *, chunk: int = CHUNK, is_cancelled: Callable[[], bool] = bool
) -> ImportBatch:
    """Write a checked batch; commits chunk by chunk, goes on where an earlier run ended, and does nothing when done.

    Runs on the worker plane in the zone's scope. Raises `Conflict` for a batch that is not ready.
    """
    batch = find_batch(batch_id)
    begin_merge(batch)
    done, total = _figures(batch_id, batch.cursor)
    db.session.commit()
    places, stride = UnionPlaces(current_zone()), Stride(chunk)
    while batch.state == BatchState.COMMITTING and not is_cancelled():
        written = stride.take(lambda size: _merge_once(batch_id, places, size), lambda: _refuse_next(batch_id))
        if not written:
            return _finish(batch_id)
        done += written
        progress(min(done, total), total)
    return batch


def _figures(batch_id: UUID, cursor: int) -> tuple[int, int]:
    """How many rows an earlier run wrote, and how many there are to write in all."""
    written = db.session.scalar(select(func.count(ImportChange.id)).where(ImportChange.batch_id == batch_id)) or 0
    left = db.session.scalar(
        select(func.count(ImportRow.id)).where(
            ImportRow.batch_id == batch_id, ImportRow.line > cursor,
            ImportRow.outcome.in_([Outcome.NEW.value, Outcome.CHANGED.value]),
        )
    )  # fmt: skip
    return written, written + (left or 0)


def _merge_once(batch_id: UUID, places: UnionPlaces, chunk: int) -> int:
    batch, rows = _next(batch_id, chunk)
    if not rows:
        db.session.commit()
        return 0
    one_writer()
    zone = current_zone()
    places.load(row.union_id for row in rows if row.union_id)
    writes, revised = revise(batch_id, rows, places, zone)
    if not write_chunk(zone.id, batch_id, writes):
        raise Overtaken
    _note(batch, revised)
    return _advance(batch, rows)


def _next(batch_id: UUID, chunk: int) -> tuple[ImportBatch, list[StagedRow]]:
    """The next rows of a batch that is still to be written; none once it is to be undone."""
    batch = find_batch(batch_id)
    return batch, load_writable(batch_id, batch.cursor, chunk) if batch.state == BatchState.COMMITTING else []


def _advance(batch: ImportBatch, rows: list[StagedRow]) -> int:
    batch.cursor, batch.moved_at = rows[-1].entry.line, now()
    roster_changed(current_zone().union_path)
    checkpoint()
    return len(rows)


def _refuse_next(batch_id: UUID) -> int:
    """Refuse the one row that the database does not take, so that the others are not held up by it."""
    batch, rows = _next(batch_id, 1)
    if not rows:
        db.session.commit()
        return 0
    _note(batch, [Revised(rows[0], Outcome.REFUSED, "not_written")])
    return _advance(batch, rows)


def _note(batch: ImportBatch, revised: Iterable[Revised]) -> None:
    """Give rows that are not written their new outcome."""
    revised = list(revised)
    if not revised:
        return
    counts = Counter(batch.counts)
    chunk = Chunk("revised", (("id", "uuid"), ("outcome", "text"), ("report", "bytea")))
    reports = [(item.row.entry.row_id, _report(item.row, item.code)) for item in revised]
    sealed = sealed_rows.seal(sealed_rows.REPORT, reports)  # type: ignore[arg-type]
    chunk.fill(
        (item.row.entry.row_id, item.outcome.value, report) for item, report in zip(revised, sealed, strict=True)
    )
    chunk.run(
        "UPDATE members_import_rows r SET outcome = n.outcome, report = n.report FROM revised n"
        " WHERE r.zone_id = %(zone)s AND r.id = n.id",
        zone=current_zone().id,
    )
    for item in revised:
        counts[item.row.outcome.value] -= 1
        counts[item.outcome.value] += 1
    batch.counts = dict(counts)


def _report(row: StagedRow, code: str) -> dict[str, list[list[object]]] | None:
    return {"problems": [[code, "", {}]]} if code else row.report


def _finish(batch_id: UUID) -> ImportBatch:
    batch = find_batch(batch_id)
    if batch.state == BatchState.COMMITTING:
        batch.state = BatchState.COMMITTED.value
        batch.committed_at = batch.moved_at = now()
        audit.record("members.import", object_type="import", object_id=batch_id, counts=batch.counts)
    db.session.commit()
    return batch
