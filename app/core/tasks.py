"""Long work with a progress bar: an import, an export, a broadcast, a draw.

A task is a row that people look at and an outbox event that makes a worker do it. It may be interrupted anywhere and
goes on from its last `advance`; what it kept in `progress` is where.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import BigInteger, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.core.errors import DomainError
from app.core.jobs.registry import Handler, Lane, Text, register
from app.core.jobs.running import checkpoint
from app.core.outbox import emit
from tenants.context import current_actor, current_zone
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7

OPEN_STATES = ("waiting", "running")


class Task(ZoneScoped, db.Model):
    """A piece of long work; `error` is a sentence for people, `progress` what the work itself remembers."""

    __tablename__ = "tasks"

    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="waiting")
    total: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(default="")
    created_by: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


@dataclass(slots=True)
class TaskHandle:
    """A task as its own work sees it; `done`, `total` and `progress` are those of the last `advance`."""

    id: UUID
    arguments: dict[str, Any]
    done: int = 0
    total: int = 0
    progress: dict[str, Any] = field(default_factory=dict)
    created_by: UUID | None = None
    kind: str = ""

    def advance(self, done: int, total: int | None = None, **progress: Any) -> None:
        """Commit the work so far together with how far it is; `progress` is merged into what was remembered.

        Raises like `app.core.jobs.checkpoint`.
        """
        self.done = done
        self.total = self.total if total is None else total
        self.progress = self.progress | progress
        db.session.execute(
            update(Task).where(Task.id == self.id).values(done=self.done, total=self.total, progress=self.progress)
        )
        checkpoint()

    def cancelled(self) -> bool:
        """Whether somebody has called it off; the work then ends as soon as it can and keeps what it committed."""
        return db.session.execute(select(Task.state).where(Task.id == self.id)).scalar_one() == "cancelled"


_on_stopped: dict[str, Callable[[TaskHandle, str], None]] = {}


def start_task(
    kind: str, title: str, arguments: dict[str, Any], total: int = 0, *, task_id: UUID | None = None
) -> UUID:
    """Add a task to the running transaction, for a worker to begin after its commit; returns its id.

    `kind` names a function marked `@long_task`. With the `task_id` of an existing task nothing is added.
    """
    task_id = task_id or uuid7()
    account_id = current_actor().account_id
    db.session.execute(
        insert(Task)
        .values(
            zone_id=current_zone().id, id=task_id, kind=kind, title=title, state="waiting", total=total, done=0,
            arguments=arguments, progress={}, error="", created_by=account_id,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    emit(kind, dedupe_key=f"task:{task_id}", payload={"task_id": str(task_id)}, account_id=account_id)
    return task_id


def cancel_task(task_id: UUID) -> bool:
    """Call a task off; false when it had ended already."""
    return _finish(task_id, "cancelled")


def long_task(
    kind: str,
    *,
    title: Text = "",
    on_stopped: Callable[[TaskHandle, str], None] | None = None,
) -> Callable[[Callable[[TaskHandle], None]], Callable[[TaskHandle], None]]:
    """Make a function do the tasks of a kind (`<part>.<name>`); `title` says to staff what they are.

    A `DomainError` ends the task with its message; any other exception is tried again, from the last `advance`, until
    the attempts are used up. `on_stopped(task, state)` runs in the transaction in which a task ends `failed` or
    `cancelled`; one that staff call back runs again.
    """

    def decorate(function: Callable[[TaskHandle], None]) -> Callable[[TaskHandle], None]:
        def run(task_id: str) -> None:
            _run(function, UUID(task_id))

        run.__qualname__ = f"{function.__module__}.{function.__qualname__}"
        register(Handler(kind, run, lane=Lane.LONG, on_dead=_fail_dead, on_retry=_call_back, title=title))
        if on_stopped:
            _on_stopped[kind] = on_stopped
        return function

    return decorate


def _run(function: Callable[[TaskHandle], None], task_id: UUID) -> None:
    handle = _change(task_id, OPEN_STATES, state="running", started_at=func.coalesce(Task.started_at, func.now()))
    if handle is None:
        return
    checkpoint()
    try:
        function(handle)
    except DomainError as refusal:
        db.session.rollback()
        _finish(task_id, "failed", str(refusal.message))
    else:
        _finish(task_id, "done")


def _change(task_id: UUID, states: Sequence[str], **values: Any) -> TaskHandle | None:
    """Change a task that is in one of the states; None when it is not."""
    row = db.session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state.in_(states))
        .values(**values)
        .returning(Task.id, Task.arguments, Task.done, Task.total, Task.progress, Task.created_by, Task.kind)
    ).one_or_none()
    return TaskHandle(*row) if row else None


def _finish(task_id: UUID, state: str, error: str = "") -> bool:
    """End an open task; false when it had ended already."""
    task = _change(task_id, OPEN_STATES, state=state, error=error, finished_at=func.now())
    if task and state != "done" and task.kind in _on_stopped:
        _on_stopped[task.kind](task, state)
    return task is not None


def _fail_dead(payload: dict[str, Any]) -> None:
    _finish(UUID(payload["task_id"]), "failed", _("This stopped after several attempts. What was finished is kept."))


def _call_back(payload: dict[str, Any]) -> None:
    _change(UUID(payload["task_id"]), ("failed",), state="waiting", error="", finished_at=None)


def list_tasks(before: UUID | None = None, limit: int = 30) -> Sequence[Task]:
    """A page of the zone's tasks, newest first, and one more when there is a next page."""
    query = select(Task).order_by(Task.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(Task.id < before)
    return db.session.execute(query).scalars().all()


def find_task(task_id: UUID) -> Task | None:
    """The task as the database has it now."""
    return db.session.execute(
        select(Task).where(Task.id == task_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()
