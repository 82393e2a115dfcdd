"""Background work of the member database: the steps of an import, and clearing away what was staged."""

from datetime import timedelta
from uuid import UUID

from app.core.jobs import periodic
from app.core.tasks import TaskHandle, long_task
from app.members.roster.checking import check_roster_in_steps
from app.members.roster.merging import merge_roster_in_steps
from app.members.roster.operations import CHECK, MERGE, UNDO
from app.members.roster.sweeping import sweep_imports
from app.members.roster.undoing import undo_roster_in_steps


def _batch(task: TaskHandle) -> UUID:
    return UUID(task.arguments["batch_id"])


@long_task(CHECK)
def check_roster(task: TaskHandle) -> None:
    check_roster_in_steps(_batch(task), task.advance)


@long_task(MERGE)
def merge_roster(task: TaskHandle) -> None:
    merge_roster_in_steps(_batch(task), task.advance, is_cancelled=task.cancelled)


@long_task(UNDO)
def undo_roster(task: TaskHandle) -> None:
    undo_roster_in_steps(_batch(task), task.advance, is_cancelled=task.cancelled)


@periodic("members.sweep_imports", every=timedelta(hours=6), even_closed=True)
def sweep() -> None:
    sweep_imports()
