"""A payment order comes to be with the decision that grants something."""

from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.casework.kinds import find_kind
from app.casework.models import Case, CaseEvent
from app.casework.payments.models import PaymentOrder
from app.casework.payments.moves import Move, for_good, move
from app.casework.payments.queries import ListedLine, list_orders
from app.casework.payments.states import OrderState
from app.casework.public_notice.standing import waits_for_notice
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
    left = (case.amount_granted_cents or 0) - _ordered([case.id])[case.id]
    if left <= 0:
        return
    number = f"{case.number}-{len(list_orders(case.id)) + 1}"
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


def list_not_standing(lines: Iterable[ListedLine]) -> list[str]:
    """The numbers of payments whose grant does not stand by now, or waits for its public notice or an objection to it."""
    lines = list(lines)
    cases = {line.case.id for line in lines}
    kept = set(db.session.scalars(select(Case.id).where(Case.id.in_(cases), waits_for_notice())))
    ordered = _ordered(cases)
    return [
        line.order.number
        for line in lines
        if line.case.id in kept or ordered[line.case.id] > (line.case.amount_granted_cents or 0)
    ]


def _is_granted_no_more(case: Case) -> bool:
    """Whether more is ordered than is granted by now: the decision that ordered it is void since."""
    return _ordered([case.id])[case.id] > (case.amount_granted_cents or 0)


def _ordered(cases: Iterable[UUID]) -> Counter[UUID]:
    """The cents of the orders that stand, by case."""
    statement = (
        select(PaymentOrder.case_id, func.sum(PaymentOrder.amount_cents))
        .where(PaymentOrder.case_id.in_(cases), PaymentOrder.state != OrderState.VOID)
        .group_by(PaymentOrder.case_id)
    )
    return Counter({case_id: int(cents) for case_id, cents in db.session.execute(statement)})
