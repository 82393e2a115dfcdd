"""Personal data of imports is kept only as long as somebody needs it."""

from datetime import timedelta

from sqlalchemy import select, update

from app.core.clock import now
from app.members.roster.models import BatchState, ImportBatch, ImportChange, ImportRow
from app.members.roster.states import UNDO_FOR
from tenants.database import db

KEEP_STAGED = timedelta(days=7)
_WAITING = (BatchState.UPLOADED.value, BatchState.READY.value, BatchState.UNREADABLE.value)
_ENDED = (BatchState.COMMITTED.value, BatchState.UNDONE.value, BatchState.DISCARDED.value)


def sweep_imports() -> None:
    """Discard imports nobody decided on, and erase staged rows and undo logs that are past their time.

    Staged rows go seven days after the file was sent or, of a written import, after it was written; undo logs with the
    right to undo. The batches stay, with their counts.
    """
    stale = now() - KEEP_STAGED
    db.session.execute(
        update(ImportBatch)
        .where(ImportBatch.state.in_(_WAITING), ImportBatch.created_at < stale)
        .values(state=BatchState.DISCARDED.value, upload=None)
    )
    staged = select(ImportBatch.id).where(
        ImportBatch.state.in_(_ENDED),
        ImportBatch.created_at < stale,
        (ImportBatch.committed_at.is_(None)) | (ImportBatch.committed_at < stale),
    )
    db.session.execute(db.delete(ImportRow).where(ImportRow.batch_id.in_(staged)))
    past = select(ImportBatch.id).where(ImportBatch.committed_at < now() - UNDO_FOR)
    db.session.execute(db.delete(ImportChange).where(ImportChange.batch_id.in_(past)))
