"""Personal data of imports is kept only as long as somebody needs it."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select, update

from app.core import audit
from app.core.clock import now
from app.members.roster.models import BatchState, ImportBatch, ImportChange, ImportRow, Outcome
from app.members.roster.states import UNDO_FOR
from tenants.database import db

KEEP_STAGED = timedelta(days=7)
_WAITING = (BatchState.UPLOADED.value, BatchState.READY.value, BatchState.UNREADABLE.value)
_ENDED = (BatchState.COMMITTED.value, BatchState.UNDONE.value, BatchState.DISCARDED.value)


def sweep_imports() -> None:
    """Close imports that got nowhere for a week, and erase staged rows and undo logs that are past their time.

    What nobody decided on is discarded; a merge that stopped half-way is closed with what it wrote, an undo with what it
    took back. Staged rows go a week after the import last moved, undo logs with the right to undo. The batches stay,
    with their counts.
    """
    stale = now() - KEEP_STAGED
    db.session.execute(
        update(ImportBatch)
        .where(ImportBatch.state.in_(_WAITING), ImportBatch.moved_at < stale)
        .values(state=BatchState.DISCARDED.value, upload=None)
    )
    _close_stuck(stale)
    staged = select(ImportBatch.id).where(ImportBatch.state.in_(_ENDED), ImportBatch.moved_at < stale)
    db.session.execute(db.delete(ImportRow).where(ImportRow.batch_id.in_(staged)))
    past = select(ImportBatch.id).where(ImportBatch.committed_at < now() - UNDO_FOR)
    db.session.execute(db.delete(ImportChange).where(ImportChange.batch_id.in_(past)))


def _close_stuck(stale: object) -> None:
    stuck = select(ImportBatch).where(
        ImportBatch.state.in_((BatchState.COMMITTING.value, BatchState.UNDOING.value)), ImportBatch.moved_at < stale
    )
    for batch in db.session.scalars(stuck.with_for_update()).all():
        close = _close_merge if batch.state == BatchState.COMMITTING else _close_undo
        close(batch)
        audit.record("members.close_import", object_type="import", object_id=batch.id, state=batch.state)
    db.session.flush()


def _close_merge(batch: ImportBatch) -> None:
    """What was not written counts as refused; what was can be undone from now on."""
    left = db.session.execute(
        select(ImportRow.outcome, func.count())
        .where(ImportRow.batch_id == batch.id, ImportRow.line > batch.cursor,
               ImportRow.outcome.in_([Outcome.NEW.value, Outcome.CHANGED.value]))
        .group_by(ImportRow.outcome)
    ).all()  # fmt: skip
    counts = Counter(batch.counts)
    for outcome, number in left:
        counts[outcome] -= number
        counts[Outcome.REFUSED.value] += number
    batch.counts, batch.state, batch.committed_at = dict(counts), BatchState.COMMITTED.value, now()


def _close_undo(batch: ImportBatch) -> None:
    """What was not taken back stays."""
    left = db.session.scalar(
        select(func.count(ImportChange.id)).where(
            ImportChange.batch_id == batch.id, ImportChange.line < batch.cursor
        )
    )  # fmt: skip
    counts = Counter(batch.undo_counts)
    counts["refused"] += left or 0
    batch.undo_counts, batch.state, batch.undone_at = dict(counts), BatchState.UNDONE.value, now()
