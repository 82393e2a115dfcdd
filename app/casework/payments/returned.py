"""Money that comes back after it was paid (退票): noted by one person as the bank's statement says, confirmed by another."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.casework.models import Case
from app.casework.payments.errors import PaymentMovedOn, ReturnNotedBefore, SecondPersonForReturn, WrongReturnDay
from app.casework.payments.models import PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.moves import RETURN
from app.casework.payments.operations import hold_order
from app.casework.payments.ordering import leave_unpaid
from app.casework.payments.payees import doubt_account
from app.casework.payments.queries import find_attempt, find_noted_return, reasons_of
from app.casework.payments.states import LineOutcome, ReturnState
from app.casework.sealing import seal_text
from app.casework.trail import add_event, record
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

NOTE, DISCARD = "note_returned", "discard_returned"


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the bank's statement says: the day, the bank's reference, and the reason, which the member reads."""

    on: date
    reference: str
    reason: str


def note_returned(actor: Actor, module: str, order_id: UUID, attempt: UUID, told: CameBack) -> None:
    """Note that a payment came back; nothing changes until a second person confirms it. The same sent twice is noted once.

    `attempt` is the id of the line that was paid. Raises `NotFound`, `NotTheirs`, `PaymentMovedOn`, `WrongReturnDay`,
    `ReturnNotedBefore`.
    """
    case, order = hold_order(actor, module, order_id)
    line = find_attempt(module, order.id, attempt).row
    if line.outcome != LineOutcome.PAID or line.paid_on is None:
        raise PaymentMovedOn
    if (noted := find_noted_return(order.id)) is not None:
        if noted.noted_by == actor.account_id and _says(noted) == told:
            return
        raise ReturnNotedBefore
    if not line.paid_on <= told.on <= today_in_china():
        raise WrongReturnDay(field="returned_on")
    returned_id = uuid7()
    db.session.add(
        ReturnedPayment(
            zone_id=current_zone().id, id=returned_id, case_id=case.id, member_id=case.member_id, line_id=line.id,
            returned_on=told.on, reference=told.reference, noted_by=actor.account_id, noted_by_name=actor.name,
            reason_cipher=seal_text(ReturnedPayment.__tablename__, "reason_cipher", returned_id, told.reason),
        )
    )  # fmt: skip
    add_event(actor, case, NOTE, told.reason, is_shown=False)
    record(case, NOTE, payment=order.number)
    db.session.flush()


def confirm_returned(actor: Actor, module: str, order_id: UUID, returned_id: UUID) -> None:
    """Confirm what somebody else noted: the payment is to be made anew, and the member is told. Sent twice it happens once.

    What is granted no more is paid no more, and what is granted instead is ordered; it waits for the account. Raises `NotFound`, `NotTheirs`,
    `SecondPersonForReturn`, `PaymentMovedOn`.
    """
    case, order, returned = _held_note(actor, module, order_id, returned_id)
    if returned.state == ReturnState.CONFIRMED and returned.checked_by == actor.account_id:
        return
    if returned.noted_by == actor.account_id:
        raise SecondPersonForReturn
    _check_off(actor, returned, ReturnState.CONFIRMED)
    doubt_account(case, find_attempt(module, order.id, returned.line_id).payee)
    case.amount_paid_cents -= order.amount_cents
    leave_unpaid(actor, case, order, RETURN, _says(returned).reason)


def discard_returned(actor: Actor, module: str, order_id: UUID, returned_id: UUID) -> None:
    """Discard the note that a payment came back: it is paid as before. Sent twice it is discarded once.

    Raises `NotFound`, `NotTheirs`, `PaymentMovedOn`.
    """
    case, order, returned = _held_note(actor, module, order_id, returned_id)
    if returned.state == ReturnState.DISCARDED and returned.checked_by == actor.account_id:
        return
    _check_off(actor, returned, ReturnState.DISCARDED)
    add_event(actor, case, DISCARD, is_shown=False)
    record(case, DISCARD, payment=order.number)
    db.session.flush()


def _says(returned: ReturnedPayment) -> CameBack:
    return CameBack(returned.returned_on, returned.reference, reasons_of([returned])[returned.id])


def _check_off(actor: Actor, returned: ReturnedPayment, state: ReturnState) -> None:
    if returned.state != ReturnState.NOTED:
        raise PaymentMovedOn
    returned.state, returned.checked_at = state, now()
    returned.checked_by, returned.checked_by_name = actor.account_id, actor.name
    db.session.flush()


def _held_note(
    actor: Actor, module: str, order_id: UUID, returned_id: UUID
) -> tuple[Case, PaymentOrder, ReturnedPayment]:
    """A note on a payment as committed now, its case held. Raises `NotFound`."""
    case, order = hold_order(actor, module, order_id)
    statement = (
        select(ReturnedPayment)
        .join(PaymentLine, PaymentLine.id == ReturnedPayment.line_id)
        .where(ReturnedPayment.id == returned_id, PaymentLine.order_id == order.id)
    )
    note = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if note is None:
        raise NotFound
    return case, order, note
