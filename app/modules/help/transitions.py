"""Takes one step of the state table: who may, from where, and all that follows from it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from app.core import audit
from app.core.clock import now, today_in_china
from app.core.errors import DomainError, NotFound
from app.core.seen import require_seen
from app.modules.help.errors import (
    AlreadyTaken,
    NotTheHandler,
    OwnApplication,
    SecondPersonNeeded,
    WrongState,
)
from app.modules.help.models import Application, Event
from app.modules.help.promises import promised_day
from app.modules.help.queries import find_last_event, lock_application
from app.modules.help.sealing import seal_note, unseal_notes
from app.modules.help.settings import current_settings
from app.modules.help.states import FINAL, PERMISSIONS, TRANSITIONS, Clock, Transition, Who
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

Effect = Callable[[Application, Actor, dict[str, Any]], None]


def refusal(actor: Actor, application: Application, step: Transition) -> DomainError | None:
    """Why this actor may not take this step with this application; None if they may, whatever its state."""
    if step.who is Who.APPLICANT:
        return None if actor.member_id is not None and actor.member_id == application.member_id else NotFound()
    if not actor.may(PERMISSIONS[step.who]):
        return NotFound()
    if is_own(actor, application):
        return OwnApplication()
    if step.who is Who.HANDLER and application.handler_id != actor.account_id:
        return NotTheHandler()
    if step.who is Who.APPROVER and application.recommended_by == actor.account_id:
        return SecondPersonNeeded()
    return None


def is_own(actor: Actor, application: Application) -> bool:
    """Whether the application is the actor's own, by membership or by the account that submitted it."""
    return application.submitted_by == actor.account_id or actor.member_id == application.member_id


def available(actor: Actor, application: Application) -> list[Transition]:
    """The steps this actor may take with the application as it stands."""
    return [
        step
        for step in TRANSITIONS.values()
        if application.state in step.sources
        and refusal(actor, application, step) is None
        and not (step.action == "take_over" and application.handler_id == actor.account_id)
    ]


def take_step(
    actor: Actor,
    application_id: UUID,
    step: Transition,
    effect: Effect,
    *,
    seen: str | None = None,
    inputs: dict[str, Any] | None = None,
) -> Application:
    """Carry the application one step on; the same step sent twice by the same person happens once.

    `seen` is the application's `mark` on the actor's page (None for the applicant, whose own data it is). Raises `NotFound`,
    `OwnApplication`, `NotTheHandler`, `SecondPersonNeeded`, `WrongState`, `ChangedMeanwhile`, `AlreadyTaken`
    (sent again with other inputs), and what `effect` raises.
    """
    given = inputs or {}
    application = lock_application(application_id)
    if (refused := refusal(actor, application, step)) and not isinstance(refused, NotTheHandler):
        raise refused
    if repeated := _find_repeat(actor, application, step, seen):
        if not _says_the_same(application, repeated, given):
            raise AlreadyTaken
        return application
    require_seen(seen, application.mark)
    if application.state not in step.sources:
        raise WrongState
    if refused:
        raise refused
    effect(application, actor, given)
    source = application.state
    _move(application, step)
    _remember(actor, application, step, source, _words(given))
    if step.tells:
        _tell(application, step)
    return application


def _find_repeat(actor: Actor, application: Application, step: Transition, seen: str | None) -> Event | None:
    """The actor's last deed, if it was this very step upon what they saw."""
    if application.state != step.target or seen not in (None, application.former_mark):
        return None
    last = find_last_event(application.id, TRANSITIONS)
    is_same = last is not None and (last.action, last.account_id) == (step.action, actor.account_id)
    return last if is_same else None


def _says_the_same(application: Application, event: Event, given: dict[str, Any]) -> bool:
    """Whether the words and values sent again are those kept the first time."""
    kept = {
        "recommendation": application.recommendation,
        "amount_recommended": application.amount_recommended_cents,
        "amount_granted": application.amount_granted_cents,
    }
    if given.get("recommendation") == "refuse":
        given = {**given, "amount_recommended": None}
    (note,) = unseal_notes([(event.id, event.note_cipher)])
    return note == _words(given) and all(kept[name] == given[name] for name in kept if name in given)


def _words(given: dict[str, Any]) -> str:
    """What the history keeps of a step's inputs."""
    return given.get("reason") or given.get("note") or ""


def _move(application: Application, step: Transition) -> None:
    if step.clock is Clock.START:  # first: reading the settings may flush, and state and clock go together
        application.promised_by = promised_day(today_in_china(), current_settings().promise_days)
    elif step.clock is Clock.STOP:
        application.promised_by = None
    application.state = step.target.value
    application.version += 1
    application.updated_at = now()
    if step.target in FINAL:
        application.closed_at = now()
        application.typed_cipher = None


def _remember(actor: Actor, application: Application, step: Transition, source: str, note: str) -> None:
    """The line of the history and the entry of the audit trail; only the former holds words, sealed."""
    add_event(actor, application, step.action, note, source=source, is_shown=step.shown)
    audit.record(
        f"help.{step.action}",
        object_type="help_application",
        object_id=application.id,
        subject_member_id=application.member_id,
        number=application.number,
    )


def add_event(
    actor: Actor, application: Application, action: str, note: str = "", *, source: str = "", is_shown: bool
) -> None:
    """Write a line of the history; `source` is the state before, the present one if nothing moved."""
    event_id = uuid7()
    db.session.add(
        Event(
            zone_id=current_zone().id,
            id=event_id,
            application_id=application.id,
            member_id=application.member_id,
            action=action,
            from_state=source or application.state,
            to_state=application.state,
            account_id=actor.account_id,
            actor_name="" if actor.member_id == application.member_id else actor.name,
            visibility="member" if is_shown else "inner",
            note_cipher=seal_note(event_id, note),
        )
    )


def _tell(application: Application, step: Transition) -> None:
    """Tell the member that something happened and where to read it; never what it was about."""
    notify(
        step.tells,
        application.member_id,
        {"number": application.number, "zone": current_zone().name},
        dedupe_key=f"{step.tells}:{application.id}:{application.version}",
        href=f"/help/{application.id}",
    )
