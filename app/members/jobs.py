"""Background work of the member database: the steps of an import, and clearing away what was staged."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.core.tasks import TaskHandle, long_task
from app.members.audience.letting_go import empty_next
from app.members.roster.checking import check_roster_in_steps
from app.members.roster.merging import merge_roster_in_steps
from app.members.roster.operations import CHECK, MERGE, UNDO
from app.members.roster.sweeping import sweep_imports
from app.members.roster.undoing import undo_roster_in_steps


def _batch(task: TaskHandle) -> UUID:
    return UUID(task.arguments["batch_id"])


@long_task(CHECK, title=_("Check a roster"))
def check_roster(task: TaskHandle) -> None:
    check_roster_in_steps(_batch(task), task.advance)


@long_task(MERGE, title=_("Take a roster in"))
def merge_roster(task: TaskHandle) -> None:
    merge_roster_in_steps(_batch(task), task.advance, is_cancelled=task.cancelled)


@long_task(UNDO, title=_("Undo a roster import"))
def undo_roster(task: TaskHandle) -> None:
    undo_roster_in_steps(_batch(task), task.advance, is_cancelled=task.cancelled)


@periodic("members.sweep_imports", title=_("Clear away old roster imports"), every=timedelta(hours=6), even_closed=True)
def sweep() -> None:
    sweep_imports()


@periodic(
    "members.empty_lists", title=_("Empty lists of members that are over"), every=timedelta(hours=24), even_closed=True
)
def empty_lists() -> None:
    while empty_next():
        checkpoint()
