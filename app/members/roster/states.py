"""The two turning points in the life of an import."""

from datetime import timedelta

from app.core.clock import now
from app.core.errors import Conflict
from app.members.errors import NotUndoable
from app.members.roster.models import BatchState, ImportBatch

UNDO_FOR = timedelta(days=30)
PAST_EVERY_LINE = 2**31 - 1


def begin_merge(batch: ImportBatch) -> bool:
    """Let a checked batch be written; false if that was begun before. Raises `Conflict` in any other state."""
    if batch.state in (BatchState.COMMITTING, BatchState.COMMITTED):
        return False
    if batch.state != BatchState.READY:
        raise Conflict
    batch.state, batch.cursor, batch.moved_at = BatchState.COMMITTING.value, 0, now()
    return True


def begin_undo(batch: ImportBatch) -> bool:
    """Let what was written be taken back, false if that was begun before; a running merge stops after its chunk.

    Raises `NotUndoable` in any other state.
    """
    if batch.state in (BatchState.UNDOING, BatchState.UNDONE):
        return False
    if not is_undoable(batch):
        raise NotUndoable
    batch.state, batch.cursor, batch.undo_counts = BatchState.UNDOING.value, PAST_EVERY_LINE, {}
    batch.moved_at = now()
    batch.committed_at = batch.committed_at or batch.moved_at
    return True


def is_undoable(batch: ImportBatch) -> bool:
    """Whether the batch was written, as a whole within the last `UNDO_FOR` or in part."""
    if batch.state == BatchState.COMMITTING:
        return True
    return (
        batch.state == BatchState.COMMITTED and batch.committed_at is not None and now() - batch.committed_at < UNDO_FOR
    )
