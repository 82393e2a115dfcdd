"""A payment order comes to be with the decision that grants something."""

from sqlalchemy import delete, func, select

from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.payments.models import PaymentOrder
from app.casework.payments.states import OrderState
from app.casework.states import Phase, Who
from app.casework.trail import record
from tenants.database import db

GRANT = "grant"
"""The purpose of paying a member what was granted."""
FIRST, APPEAL = "first", "appeal"
ORDER = "order_payment"
VOID = "void_payment"


def void_payments(case: Case, event: CaseEvent) -> None:
    """Take back the orders of a decision that is void; what is paid, or under way to the bank, stays."""
    if find_kind(case.kind).table.step(event.action).who is not Who.OBJECTION:
        return
    waiting = PaymentOrder.state.in_((OrderState.DUE, OrderState.FAILED, OrderState.STOPPED))
    voided = delete(PaymentOrder).where(PaymentOrder.case_id == case.id, waiting).returning(PaymentOrder.number)
    for number in db.session.execute(voided).scalars().all():
        record(case, VOID, payment=number)


def order_payment(case: Case, _event: CaseEvent) -> None:
    """Order what the case was granted and nothing has ordered yet, once it is decided.

    The first decision is paid at once: an appeal never takes anything back, and what it adds is ordered on top.
    """
    if not find_kind(case.kind).pay or case.phase != Phase.DECIDED:
        return
    statement = select(func.coalesce(func.sum(PaymentOrder.amount_cents), 0)).where(
        PaymentOrder.case_id == case.id, PaymentOrder.purpose == GRANT
    )
    left = (case.amount_granted_cents or 0) - int(db.session.execute(statement).scalar_one())
    if left <= 0:
        return
    decision = APPEAL if case.appealed_at else FIRST
    number = f"{case.number}-{1 if decision == FIRST else 2}"
    order = PaymentOrder(
        case_id=case.id, member_id=case.member_id, module=case.module, purpose=GRANT, decision=decision, number=number,
        amount_cents=left, state=OrderState.DUE,
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    record(case, ORDER, payment=number, cents=left)
