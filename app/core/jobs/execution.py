"""Running one event: claim it, enter its zone, call its handler, and commit "done" together with what the handler wrote."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from flask import current_app, g
from sqlalchemy import CursorResult, func, update

from app.core.errors import DomainError
from app.core.i18n import DEFAULT_LOCALE
from app.core.jobs.errors import GiveUp, Interrupted, LeaseLost, Postpone
from app.core.jobs.policy import policy
from app.core.jobs.registry import Handler, handlers
from app.core.jobs.running import Run, running
from app.core.outbox import ACCOUNT, LOCALE, OutboxEvent
from app.core.platform import platform
from tenants.context import SYSTEM, Actor, Plane, ZoneFacts, ZoneState, scope
from tenants.database import db
from tenants.revisions import published_document

log = structlog.get_logger()
ROOT = str(Path(__file__).parents[3])
ENDED = frozenset({ZoneState.ARCHIVED, ZoneState.PENDING_DELETE, ZoneState.TOMBSTONE})


class Outcome(StrEnum):
    """What became of a run."""

    DONE = "done"
    FAILED = "failed"
    POSTPONED = "postponed"
    DEAD = "dead"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"  # somebody else has it, or it is done already


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which event to run, and how many runs it had when it was leased: an old ticket is worth nothing."""

    zone_id: UUID
    event_id: UUID
    attempts: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event that is ours."""

    run: Run
    kind: str
    payload: dict[str, Any]
    locale: str
    account_id: UUID | None


def execute(ticket: Ticket, is_stopping: Callable[[], bool] = lambda: False) -> Outcome:
    """Run the event of a ticket to an outcome that the database knows. Needs an application context.

    Never raises because of the handler; raises what the database raises when it is away (the lease then ends by itself).
    """
    with current_app.app_context(), scope(Plane.WORKER):
        platform().feed.read_if_due(db.session.connection)
        zone = platform().registry.by_id(ticket.zone_id)
        db.session.commit()
    if zone is None:
        return Outcome.SKIPPED
    with current_app.app_context(), scope(Plane.WORKER, zone=zone, actor=SYSTEM):
        claimed = _claim(ticket, is_stopping)
    if claimed is None:
        return Outcome.SKIPPED
    actor = Actor(account_id=claimed.account_id, name=SYSTEM.name) if claimed.account_id else SYSTEM
    with current_app.app_context(), scope(Plane.WORKER, zone=zone, actor=actor), running(claimed.run):
        g.locale = claimed.locale
        return _run(claimed, zone)


def _claim(ticket: Ticket, is_stopping: Callable[[], bool]) -> Claimed | None:
    """Count the run as a failure before it begins, so that an event that kills its worker does not do so for ever."""
    lease = policy().lease_time
    until = func.clock_timestamp() + lease
    row = db.session.execute(
        update(OutboxEvent)
        .where(
            OutboxEvent.id == ticket.event_id,
            OutboxEvent.state == "leased",
            OutboxEvent.attempts == ticket.attempts,
        )
        .values(
            attempts=OutboxEvent.attempts + 1,
            failures=OutboxEvent.failures + 1,
            available_at=until,
            leased_until=until,
        )
        .returning(OutboxEvent.kind, OutboxEvent.payload, OutboxEvent.failures)
    ).one_or_none()
    db.session.commit()
    if row is None:
        return None
    payload = dict(row.payload)
    locale, account = payload.pop(LOCALE, DEFAULT_LOCALE), payload.pop(ACCOUNT, None)
    run = Run(ticket.event_id, ticket.attempts + 1, row.failures, lease, is_stopping)
    return Claimed(run, row.kind, payload, locale, UUID(account) if account else None)


def _run(claimed: Claimed, zone: ZoneFacts) -> Outcome:
    handler = handlers.get(claimed.kind)
    try:
        _check_open(_required(handler, claimed), zone).function(**claimed.payload)
        return _mark_done(claimed.run)
    except LeaseLost:
        db.session.rollback()
        return Outcome.SKIPPED
    except Interrupted:
        db.session.rollback()
        return _release(claimed.run, timedelta(0), "", Outcome.INTERRUPTED)
    except Postpone as wait:
        db.session.rollback()
        return _release(claimed.run, wait.delay, wait.reason, Outcome.POSTPONED)
    except Exception as fault:  # noqa: BLE001 - the event keeps what went wrong, the worker goes on
        db.session.rollback()
        return _fail(claimed, handler, fault)


def _required(handler: Handler | None, claimed: Claimed) -> Handler:
    """The handler, unless there is none or the event has brought every worker down that took it."""
    if handler is None:
        raise GiveUp(f"nothing handles {claimed.kind}")
    if claimed.run.failures > policy().most_failures:
        raise GiveUp("every worker that ran this ended before it did")
    return handler


def _check_open(handler: Handler, zone: ZoneFacts) -> Handler:
    """A closed zone and a module that is off keep their events; an archived zone gives them up."""
    if handler.even_closed:
        return handler
    if zone.state in ENDED:
        raise GiveUp(f"the zone is {zone.state}")
    pause = timedelta(seconds=policy().closed_pause)
    if not zone.state.is_writable:
        raise Postpone(pause, f"the zone is {zone.state}")
    if handler.part in platform().modules and not published_document(zone).uses(handler.part):
        raise Postpone(pause, f"the module {handler.part} is off")
    return handler


def _mark_done(run: Run) -> Outcome:
    if not _change(run, state="done", done_at=func.clock_timestamp(), last_error="", failures=run.failures - 1):
        raise LeaseLost
    db.session.commit()
    return Outcome.DONE


def _release(run: Run, delay: timedelta, reason: str, outcome: Outcome) -> Outcome:
    """Give the event back; the run is no failure."""
    due = func.clock_timestamp() + delay
    _change(run, state="pending", available_at=due, leased_until=None, failures=run.failures - 1, last_error=reason)
    db.session.commit()
    return outcome


def _fail(claimed: Claimed, handler: Handler | None, fault: Exception) -> Outcome:
    failures, reason = claimed.run.failures, describe(fault)
    trace = "".join(traceback.format_tb(fault.__traceback__))  # places only: the message may name a person
    log.warning(
        "job failed", kind=claimed.kind, id=str(claimed.run.event_id), failures=failures, reason=reason, trace=trace
    )
    if isinstance(fault, GiveUp) or failures >= policy().most_failures:
        if _change(claimed.run, state="dead", last_error=reason, leased_until=None) and handler:
            _tell_of_death(handler, claimed)
        db.session.commit()
        return Outcome.DEAD
    due = func.clock_timestamp() + policy().pause_after(failures)
    _change(claimed.run, state="pending", available_at=due, leased_until=None, last_error=reason)
    db.session.commit()
    return Outcome.FAILED


def _tell_of_death(handler: Handler, claimed: Claimed) -> None:
    """Let the handler's part note the end; the event is dead whatever comes of it."""
    if handler.on_dead is None:
        return
    try:
        with db.session.begin_nested():
            handler.on_dead(claimed.payload)
    except Exception as fault:  # noqa: BLE001 - it must not keep the event alive, nor bring the worker down
        log.warning("the end of a job was not noted", kind=claimed.kind, reason=describe(fault))


def _change(run: Run, **values: Any) -> bool:
    changed: CursorResult[Any] = db.session.execute(update(OutboxEvent).where(run.is_mine).values(**values))  # type: ignore[assignment]
    return changed.rowcount == 1


def describe(fault: BaseException) -> str:
    """A failure for staff and logs. Messages of foreign exceptions may hold personal data: only their kind and place."""
    if isinstance(fault, GiveUp):
        return str(fault)
    if isinstance(fault, DomainError):
        return f"{fault.code}: {fault.message}"[:500]
    frames = [frame for frame in traceback.extract_tb(fault.__traceback__) if frame.filename.startswith(ROOT)]
    ours = [frame for frame in frames if "/.venv/" not in frame.filename]
    place = f" at {ours[-1].filename.removeprefix(ROOT + '/')}:{ours[-1].lineno}" if ours else ""
    return f"{type(fault).__name__}{place}"
