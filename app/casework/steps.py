"""Takes one step of a kind's state table: who may, from where, and all that follows from it."""

from typing import Any
from uuid import UUID

from app.casework import clock_runs
from app.casework.access.rule import TAKING_PART, Standing, is_own, part_of
from app.casework.access.standing import standing_of
from app.casework.appeals.rules import appeal_refusal
from app.casework.calendar.in_force import work_calendar
from app.casework.consequences import CONSEQUENCES
from app.casework.errors import (
    AlreadyTaken,
    ConflictOfInterest,
    NotAdmitted,
    NotTheHandler,
    OwnCase,
    SecondPersonNeeded,
    ThirdPersonNeeded,
    WrongState,
)
from app.casework.inputs import amounts_of, words_of
from app.casework.kinds import ANSWER, CaseKind, find_kind
from app.casework.models import Case, CaseEvent
from app.casework.overview.answered import answer_columns
from app.casework.public_notice.objection_queries import has_well_founded_objection
from app.casework.public_notice.reopening import reopen
from app.casework.queries import find_last_event, lock_case
from app.casework.sealing import unseal_notes
from app.casework.states import Phase, Step, Who
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.seen import require_seen
from app.notifications.operations import notify
from tenants.context import SYSTEM, Actor, current_zone

WHILE_OTHERS_HAVE_IT = (NotTheHandler, NotAdmitted)
"""Refusals that a repeated step, and what changed meanwhile, come before."""


def refusal(actor: Actor, case: Case, step: Step, standing: Standing) -> DomainError | None:
    """Why this actor may not take this step with this case; None if they may, whatever its state.

    A case that nobody has is taken by any reviewer; one that somebody has only by who has a part in it.
    """
    if step.who is Who.TIME:
        return None if actor == SYSTEM else NotFound()
    kind = find_kind(case.kind)
    if step.who is Who.APPLICANT:
        is_theirs = actor.member_id is not None and actor.member_id == case.member_id
        return appeal_refusal(case, kind, step) if is_theirs else NotFound()
    if not actor.may(kind.decide if step.who in (Who.APPROVER, Who.OBJECTION) else kind.review):
        return NotFound()
    if is_own(actor, case):
        return OwnCase()
    if standing.is_conflicted:
        return ConflictOfInterest()
    return _refusal_to_part(actor, case, kind, step, standing)


def _refusal_to_part(actor: Actor, case: Case, kind: CaseKind, step: Step, standing: Standing) -> DomainError | None:
    """Why somebody of the staff may not take a step for the part they have, or have not, in the case."""
    if step.who is Who.REVIEWER:
        is_open = case.handler_id is None or part_of(actor, case, kind, standing) in TAKING_PART
        return None if is_open else NotAdmitted()
    if step.who is Who.HANDLER:
        return None if case.handler_id == actor.account_id else NotTheHandler()
    if step.who is Who.OBJECTION:
        return None if has_well_founded_objection(case.id) else NotFound()
    if case.recommended_by == actor.account_id:
        return SecondPersonNeeded()
    if case.appealed_at is not None and case.decided_by == actor.account_id:
        return ThirdPersonNeeded()
    return None


def available(actor: Actor, case: Case) -> list[Step]:
    """The steps this actor may take with the case as it stands."""
    standing = standing_of(actor, case)
    return [
        step
        for step in find_kind(case.kind).table.steps_from(case.state)
        if refusal(actor, case, step, standing) is None and not _is_theirs_already(actor, case, step)
    ]


def _is_theirs_already(actor: Actor, case: Case, step: Step) -> bool:
    return step.takes and case.handler_id == actor.account_id and case.state == step.target


def take_step(
    actor: Actor, case_id: UUID, action: str, inputs: dict[str, Any] | None = None, *, seen: str | None = None
) -> Case:
    """Carry the case one step on; the same step sent twice by the same person happens once.

    `seen` is the case's `mark` on the actor's page (None for the applicant, whose own data it is). Raises `NotFound`, `OwnCase`,
    `ConflictOfInterest`, `NotAdmitted`, `NotTheHandler`, `SecondPersonNeeded`, `ThirdPersonNeeded`, `WrongState`,
    `ChangedMeanwhile`, `AlreadyTaken` (sent again with other inputs), and what `inputs.amounts_of` raises.
    """
    given = inputs or {}
    case = lock_case(case_id)
    kind = find_kind(case.kind)
    step = kind.table.find_step(action)
    if step is None:
        raise NotFound
    refused = refusal(actor, case, step, standing_of(actor, case))
    if refused and not isinstance(refused, WHILE_OTHERS_HAVE_IT):
        raise refused
    if repeated := _find_repeat(actor, case, kind, step, seen):
        if not _says_the_same(case, repeated, given):
            raise AlreadyTaken
        return case
    require_seen(seen, case.mark)
    if case.state not in step.sources:
        raise WrongState
    if refused:
        raise refused
    kind.own.require_step(case, step, given)
    source = case.state
    _move(actor, case, kind, step, given)
    event = _remember(actor, case, step, source, words_of(given))
    if step.tells:
        _tell(case, step)
    for follow in CONSEQUENCES:
        follow(case, event)
    return case


def _find_repeat(actor: Actor, case: Case, kind: CaseKind, step: Step, seen: str | None) -> CaseEvent | None:
    """The actor's last deed, if it was this very step upon what they saw."""
    if case.state != step.target or seen not in (None, case.former_mark):
        return None
    last = find_last_event(case.id, kind.table.actions)
    is_same = last is not None and (last.action, last.account_id) == (step.action, actor.account_id)
    return last if is_same else None


def _says_the_same(case: Case, event: CaseEvent, given: dict[str, Any]) -> bool:
    """Whether the words and values sent again are those kept the first time."""
    kept = {
        "recommendation": case.recommendation,
        "amount_recommended": case.amount_recommended_cents,
        "amount_granted": case.amount_granted_cents,
        "amount_recovered": case.amount_recovered_cents,
    }
    if given.get("recommendation") == "refuse":
        given = {**given, "amount_recommended": None}
    (note,) = unseal_notes([(event.id, event.note_cipher)])
    return note == words_of(given) and all(kept[name] == given[name] for name in kept if name in given)


def _move(actor: Actor, case: Case, kind: CaseKind, step: Step, given: dict[str, Any]) -> None:
    phase = kind.table[step.target].phase
    columns = amounts_of(case, kind, step, given)
    # First, for both ask the database: all that follows must go there together.
    calendar = work_calendar()
    stopped = clock_runs.move(case, kind, step, given)
    if ANSWER in stopped and step.who.is_staff and phase is not Phase.RETURNED:
        columns |= answer_columns(case, stopped[ANSWER], calendar)
    case.state, case.phase = step.target, phase
    case.version += 1
    case.updated_at = now()
    for column, value in columns.items():
        setattr(case, column, value)
    case.keeps_vouchers |= case.amount_granted_cents is not None
    if step.takes:
        case.handler_id, case.handler_name = actor.account_id, actor.name
    if "recommendation" in step.asks:
        case.recommended_by = actor.account_id
    if step.accepts:
        case.accepted_by = actor.account_id
    if step.appeals_within:
        case.appealed_at, case.closed_at = now(), None
    if step.who is Who.OBJECTION:
        reopen(case, kind)
    if phase is Phase.DECIDED and case.appealed_at is None:
        case.decided_by = actor.account_id
    elif phase is Phase.DECIDED and step.who is Who.APPLICANT:
        case.appeal_withdrawn_at = now()
    elif phase is Phase.DECIDED:
        case.appeal_decided_by = actor.account_id
    if phase.is_over:
        case.closed_at = now()
        case.typed_cipher = None


def _remember(actor: Actor, case: Case, step: Step, source: str, note: str) -> CaseEvent:
    """The line of the history and the entry of the audit trail; only the former holds words, sealed."""
    event = add_event(actor, case, step.action, note, source=source, is_shown=step.shown)
    record(case, step.action)
    return event


def _tell(case: Case, step: Step) -> None:
    """Tell the member that something happened and where to read it; never what it was about."""
    notify(
        step.tells,
        case.member_id,
        {"number": case.number, "zone": current_zone().name},
        dedupe_key=f"{step.tells}:{case.id}:{case.version}",
        href=f"/{case.module}/{case.id}",
    )
