"""What the bank answers to a payment: paid on a day, or refused for a reason. Noted once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.casework.payments.errors import NotReleased, OtherReference, PaymentMovedOn, ReferenceTaken, WrongDay
from app.casework.payments.hands import require_apart
from app.casework.payments.models import PaymentBatch, PaymentLine
from app.casework.payments.moves import FAIL, PAY, move
from app.casework.payments.ordering import leave_unpaid
from app.casework.payments.payees import doubt_account
from app.casework.payments.queries import (
    ListedLine,
    find_attempt,
    find_batch,
    find_referred,
    list_lines,
    lock_cases,
)
from app.casework.payments.states import BatchState, LineOutcome
from app.casework.sealing import seal_text
from app.core.clock import now, today_in_china
from tenants.context import Actor
from tenants.database import db
from tenants.turns import take_turn


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the bank says: `PAID` on a day, by its reference, each where it says so; or `FAILED` for a reason."""

    kind: LineOutcome
    paid_on: date | None = None
    reference: str = ""
    reason: str = ""


def enter_outcome(actor: Actor, module: str, order_id: UUID, attempt: UUID, outcome: Outcome) -> None:
    """Note by hand what became of one attempt to pay, the id of its line; the same sent twice is noted once.

    Raises `NotFound`, `NotReleased`, `NotTheirs`, `WrongDay`, `OtherReference`, `ReferenceTaken`, and `PaymentMovedOn`
    where something else was noted.
    """
    ((batch, lines),) = held_batches(module, [find_attempt(module, order_id, attempt).row.batch_id])
    line = next(each for each in lines if each.row.id == attempt)
    if outcome.paid_on and not batch.released_on <= outcome.paid_on <= today_in_china():
        raise WrongDay(field="paid_on")
    require_one_transfer(line, outcome)
    if line.row.outcome is None:
        settle(actor, batch, [(line, outcome)])
    elif not says_the_same(line, outcome):
        raise PaymentMovedOn


def held_batches(module: str, batch_ids: Iterable[UUID]) -> list[tuple[PaymentBatch, list[ListedLine]]]:
    """Released batches and their lines as committed now, all their cases held. Raises `NotFound`, `NotReleased`."""
    batches = [find_batch(module, batch_id) for batch_id in sorted(set(batch_ids))]
    if any(batch.state != BatchState.RELEASED for batch in batches):
        raise NotReleased
    lock_cases(line.case.id for batch in batches for line in list_lines(batch.id))
    return [(batch, list_lines(batch.id)) for batch in batches]


def says_the_same(line: ListedLine, outcome: Outcome) -> bool:
    """Whether an outcome is the one that was noted; of what came back since, both are."""
    if line.row.outcome == LineOutcome.RETURNED:
        return outcome.kind == LineOutcome.FAILED or outcome.paid_on in (None, line.row.paid_on)
    return (
        line.row.outcome == outcome.kind
        and outcome.paid_on in (None, line.row.paid_on)
        and line.reason == outcome.reason
    )


def require_one_transfer(line: ListedLine, outcome: Outcome) -> None:
    """Raise `OtherReference` where a payment was noted with another reference, `ReferenceTaken` where another one has it.

    References are noted one transaction at a time, so that two payments never get the same.
    """
    if outcome.kind != LineOutcome.PAID or not outcome.reference:
        return
    if line.row.outcome in (LineOutcome.PAID, LineOutcome.RETURNED) and line.row.reference != outcome.reference:
        raise OtherReference(line.row.reference, outcome.reference)
    take_turn(f"payments.references.{line.row.zone_id}")
    if number := find_referred(outcome.reference, line.order.id):
        raise ReferenceTaken(outcome.reference, number)


def settle(actor: Actor, batch: PaymentBatch, answers: Iterable[tuple[ListedLine, Outcome]]) -> None:
    """Note outcomes of lines that have none; the members are told. Raises `NotTheirs`."""
    answers = list(answers)
    require_apart(actor, [line.case for line, _outcome in answers])
    for line, outcome in answers:
        _note(actor, line.row, outcome)
        if outcome.kind == LineOutcome.PAID:
            line.case.amount_paid_cents += line.order.amount_cents
            move(actor, line.case, line.order, PAY, batch=batch.number)
        else:
            doubt_account(line.case, line.payee)
            leave_unpaid(actor, line.case, line.order, FAIL, batch=batch.number)
    db.session.flush()


def _note(actor: Actor, row: PaymentLine, outcome: Outcome) -> None:
    row.outcome, row.reference = outcome.kind, outcome.reference
    if outcome.kind == LineOutcome.PAID:
        row.paid_on = outcome.paid_on or today_in_china()
    else:
        row.reason_cipher = seal_text(PaymentLine.__tablename__, "reason_cipher", row.id, outcome.reason)
    row.settled_at, row.settled_by, row.settled_by_name = now(), actor.account_id, actor.name
