"""The life of a fee claim as one table: which move leads from where to where, by whose hand, and what the history calls it."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.core.modules import Text


class ClaimState(StrEnum):
    """Where a claim stands. A draft is seen by its lawyer alone."""

    DRAFT = "draft"
    CLAIMED = "claimed"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    PAID = "paid"


class Hand(StrEnum):
    """Who moves a claim: its lawyer, who approves, who pays. No two of them are one person."""

    LAWYER = "lawyer"
    APPROVER = "approver"
    CASHIER = "cashier"


@dataclass(frozen=True, slots=True)
class Move:
    """One move; `deed` is its name in the history and in the audit trail."""

    deed: str
    title: Text
    hand: Hand
    sources: frozenset[ClaimState]
    target: ClaimState


EDITABLE = frozenset({ClaimState.DRAFT, ClaimState.RETURNED})
"""In which states the lawyer changes a claim."""
_WAITS = frozenset({ClaimState.CLAIMED})
CLAIM = Move("claim_fee", _("Fee claimed by the lawyer"), Hand.LAWYER, EDITABLE, ClaimState.CLAIMED)
WITHDRAW = Move("withdraw_fee", _("Fee claim withdrawn"), Hand.LAWYER, EDITABLE | _WAITS, ClaimState.WITHDRAWN)
RETURN = Move("return_fee", _("Fee claim returned to the lawyer"), Hand.APPROVER, _WAITS, ClaimState.RETURNED)
REFUSE = Move("refuse_fee", _("Fee claim refused"), Hand.APPROVER,
              _WAITS | {ClaimState.RETURNED, ClaimState.APPROVED}, ClaimState.REFUSED)  # fmt: skip
APPROVE = Move("approve_fee", _("Fee approved"), Hand.APPROVER, _WAITS, ClaimState.APPROVED)
PAY = Move("pay_fee", _("Fee paid"), Hand.CASHIER, frozenset({ClaimState.APPROVED}), ClaimState.PAID)
CORRECT = Move(
    "correct_fee_payment",
    _("Payment of a fee corrected"),
    Hand.CASHIER,
    frozenset({ClaimState.PAID}),
    ClaimState.PAID,
)
BOUNCE = Move(
    "bounce_fee",
    _("Payment of a fee came back from the bank"),
    Hand.CASHIER,
    frozenset({ClaimState.PAID}),
    ClaimState.APPROVED,
)
UNDO_BOUNCE = Move(
    "undo_fee_bounce",
    _("Payment of a fee arrived after all"),
    Hand.CASHIER,
    frozenset({ClaimState.APPROVED}),
    ClaimState.PAID,
)
MOVES = (CLAIM, WITHDRAW, RETURN, REFUSE, APPROVE, PAY, CORRECT, BOUNCE, UNDO_BOUNCE)
