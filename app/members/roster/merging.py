"""The merge: chunks of staged rows into `members` and `memberships` by set-based SQL, each chunk one transaction.

The chunk, its undo log and the batch's cursor are committed together, so a killed merge goes on exactly where it stood.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.clock import now
from app.core.jobs import checkpoint
from app.members.locking import one_writer
from app.members.roster import sealed_rows
from app.members.roster.checking import CHUNK, Progress, find_batch, no_progress
from app.members.roster.copying import Chunk
from app.members.roster.heap import frozen_heap
from app.members.roster.models import BatchState, ImportBatch, ImportChange, ImportRow, Outcome
from app.members.roster.places import UnionPlaces
from app.members.roster.revising import Revised, revise
from app.members.roster.staging import StagedRow, load_writable
from app.members.roster.states import begin_merge
from app.members.roster.writing import write_chunk
from tenants.context import current_zone
from tenants.database import db

MOST_ATTEMPTS = 5


class Overtaken(Exception):
    """A row was changed by somebody else between reading and writing."""


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
    places = UnionPlaces(current_zone())
    while batch.state == BatchState.COMMITTING and not is_cancelled():
        written = retried(lambda: _merge_once(batch_id, places, chunk))
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


def retried(work: Callable[[], int]) -> int:
    """Do one chunk, again if another writer was faster; after `MOST_ATTEMPTS` the failure is raised."""
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            return work()
        except (Overtaken, IntegrityError):
            db.session.rollback()
            if attempt == MOST_ATTEMPTS:
                raise
    return 0


def _merge_once(batch_id: UUID, places: UnionPlaces, chunk: int) -> int:
    batch = find_batch(batch_id)
    one_writer()
    rows = load_writable(batch_id, batch.cursor, chunk)
    if not rows:
        db.session.commit()
        return 0
    zone = current_zone()
    places.load(row.union_id for row in rows if row.union_id)
    writes, revised = revise(batch_id, rows, places, zone)
    if not write_chunk(zone.id, batch_id, writes):
        raise Overtaken
    _note(batch, revised)
    batch.cursor = rows[-1].entry.line
    checkpoint()
    return len(rows)


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
        batch.committed_at = now()
        audit.record("members.import", object_type="import", object_id=batch_id, counts=batch.counts)
    db.session.commit()
    return batch
