"""The life of a payment order as one table: which move leads from where to where, and what the history calls it."""

from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.models import Case, CaseEvent
from app.casework.payments.errors import PaymentMovedOn
from app.casework.payments.models import PaymentOrder
from app.casework.payments.states import OrderState
from app.casework.trail import add_event, record
from app.core.modules import Text
from app.notifications.operations import notify
from tenants.context import Actor, current_zone


@dataclass(frozen=True, slots=True)
class Move:
    """One move; `deed` is its name in the history and in the audit trail, `is_shown` whether the member reads it there.

    `tells` is the notice they get, without the module's name.
    """

    deed: str
    title: Text
    sources: frozenset[OrderState]
    target: OrderState
    is_shown: bool = False
    tells: str = ""


RENEW = Move("renew_payment", _("To be paid again"), frozenset({OrderState.FAILED}), OrderState.DUE, is_shown=True)
STOP = Move(
    "stop_payment",
    _("Payment stopped"),
    frozenset({OrderState.DUE, OrderState.FAILED}),
    OrderState.STOPPED,
    is_shown=True,
    tells="payment_stopped",
)
RESUME = Move("resume_payment", _("Payment goes on"), frozenset({OrderState.STOPPED}), OrderState.DUE, is_shown=True)
RESUME_REFUSED = replace(RESUME, target=OrderState.FAILED)
"""The same of what the bank refused, while its account is in doubt: the member or who pays says first where it goes."""
BATCH = Move("batch_payment", _("Put into a payment batch"), frozenset({OrderState.DUE}), OrderState.BATCHED)
DROP = Move("drop_payment", _("Payment batch dissolved"), frozenset({OrderState.BATCHED}), OrderState.DUE)
PAY = Move("paid", _("Paid"), frozenset({OrderState.BATCHED}), OrderState.PAID, is_shown=True, tells="paid")
FAIL = Move(
    "payment_failed",
    _("Refused by the bank"),
    frozenset({OrderState.BATCHED}),
    OrderState.FAILED,
    is_shown=True,
    tells="payment_failed",
)
RETURN = Move(
    "payment_returned",
    _("Came back from the bank"),
    frozenset({OrderState.PAID}),
    OrderState.FAILED,
    is_shown=True,
    tells="payment_failed",
)
MOVES = (BATCH, DROP, PAY, FAIL, RETURN, RENEW, STOP, RESUME)


def for_good(to: Move) -> Move:
    """The same move of a payment that is granted no more: nothing pays it anew."""
    return replace(to, target=OrderState.VOID, tells="payment_returned" if to.tells else "")


def _page(case: Case) -> str:
    """Where the member reads of a payment, also once the accounts alone keep the case."""
    page = f"/{case.module}/{case.id}"
    return f"{page}/account" if case.accounts_only_since else page


def move(actor: Actor, case: Case, order: PaymentOrder, to: Move, note: str = "", **detail: Any) -> CaseEvent:
    """Carry an order one move on, in history and trail too; returns the line of the history. The case is held.

    Raises `PaymentMovedOn`.
    """
    if order.state not in to.sources:
        raise PaymentMovedOn
    order.state = to.target
    event = add_event(actor, case, to.deed, note, is_shown=to.is_shown)
    record(case, to.deed, payment=order.number, **detail)
    if to.tells:
        notify(f"{case.module}.{to.tells}", case.member_id, {"number": case.number, "zone": current_zone().name},
               dedupe_key=f"{to.tells}:{event.id}", href=_page(case))  # fmt: skip
    return event
