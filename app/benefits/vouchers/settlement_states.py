"""How a settlement statement goes on: who may take which step from where."""

from enum import StrEnum

from app.benefits.papers import Hand, Step


class SettlementState(StrEnum):
    """One that was refused or withdrawn lets its vouchers go, which the next statement takes up."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    PAID = "paid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_DRAFTS = frozenset({SettlementState.DRAFT})
CONFIRM = Step("confirm_settlement", _DRAFTS, SettlementState.CONFIRMED, Hand.CHECKER)
REFUSE = Step("refuse_settlement", _DRAFTS, SettlementState.REFUSED, Hand.CHECKER, needs_reason=True)
WITHDRAW = Step("withdraw_settlement", _DRAFTS, SettlementState.WITHDRAWN, Hand.MAKER)
PAY = Step("pay_settlement", frozenset({SettlementState.CONFIRMED}), SettlementState.PAID, Hand.ANYBODY)
STEPS = (CONFIRM, REFUSE, WITHDRAW)
"""Those that are taken with no more than a reason."""
OPEN = frozenset({SettlementState.DRAFT, SettlementState.CONFIRMED, SettlementState.PAID})
"""States in which a statement holds its vouchers."""
