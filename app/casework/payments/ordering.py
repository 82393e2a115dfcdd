"""A payment order comes to be with the decision that grants something."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.payments.models import PaymentOrder
from app.casework.payments.moves import Move, for_good, move
from app.casework.payments.queries import list_orders
from app.casework.payments.states import OrderState
from app.casework.states import Phase, Who
from app.casework.trail import record
from tenants.context import Actor
from tenants.database import db

GRANT = "grant"
"""The purpose of paying a member what was granted."""
ORDER = "order_payment"
VOID = "void_payment"
WAITING = (OrderState.DUE, OrderState.FAILED, OrderState.STOPPED)


def void_payments(case: Case, event: CaseEvent) -> None:
    """Take back the orders of a decision that is void; what is paid, or under way to the bank, stays."""
    if find_kind(case.kind).table.step(event.action).who is not Who.OBJECTION:
        return
    for order in list_orders(case.id):
        if order.state in WAITING:
            order.state = OrderState.VOID
            record(case, VOID, payment=order.number)


def order_payment(case: Case, event: CaseEvent) -> None:
    """Order what the case was granted and nothing has ordered yet, once it is decided.

    The first decision is paid at once: an appeal never takes anything back, and what it adds is ordered on top.
    """
    if not find_kind(case.kind).pay or case.phase != Phase.DECIDED:
        return
    statement = select(PaymentOrder).where(PaymentOrder.case_id == case.id, PaymentOrder.purpose == GRANT)
    orders = list(db.session.execute(statement).scalars())
    left = (case.amount_granted_cents or 0) - _standing(orders)
    if left <= 0:
        return
    number = f"{case.number}-{len(orders) + 1}"
    order = PaymentOrder(
        case_id=case.id, member_id=case.member_id, module=case.module, purpose=GRANT, event_id=event.id, number=number,
        amount_cents=left, state=OrderState.DUE,
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    record(case, ORDER, payment=number, cents=left)


def leave_unpaid(actor: Actor, case: Case, order: PaymentOrder, to: Move, note: str = "", **detail: Any) -> None:
    """Carry an order on that was under way to the bank, or there, and is not paid after all. The case is held.

    What is granted no more is paid no more, and what is granted instead is ordered. Raises `PaymentMovedOn`.
    """
    is_over = _is_granted_no_more(case)
    event = move(actor, case, order, for_good(to) if is_over else to, note, **detail)
    db.session.flush()
    if is_over:
        order_payment(case, event)


def _is_granted_no_more(case: Case) -> bool:
    """Whether more is ordered than is granted by now: the decision that ordered it is void since."""
    return _standing(list_orders(case.id)) > (case.amount_granted_cents or 0)


def _standing(orders: Iterable[PaymentOrder]) -> int:
    return sum(order.amount_cents for order in orders if order.state != OrderState.VOID)
