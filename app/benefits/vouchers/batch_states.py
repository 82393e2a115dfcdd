"""How a batch of vouchers goes on: who may take which step from where."""

from dataclasses import dataclass
from enum import StrEnum


class BatchState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Hand(StrEnum):
    """Who takes a step: whoever made the batch, or somebody else who may approve."""

    MAKER = "maker"
    CHECKER = "checker"


@dataclass(frozen=True, slots=True)
class BatchStep:
    """A step from any of `sources` to `target`; one with a reason is not taken without."""

    action: str
    sources: frozenset[BatchState]
    target: BatchState
    hand: Hand
    needs_reason: bool = False


SUBMIT = BatchStep("submit_batch", frozenset({BatchState.DRAFT}), BatchState.SUBMITTED, Hand.MAKER)
RETURN = BatchStep("return_batch", frozenset({BatchState.SUBMITTED}), BatchState.DRAFT, Hand.CHECKER, needs_reason=True)
APPROVE = BatchStep("approve_batch", frozenset({BatchState.SUBMITTED}), BatchState.APPROVED, Hand.CHECKER)
REFUSE = BatchStep(
    "refuse_batch", frozenset({BatchState.SUBMITTED}), BatchState.REFUSED, Hand.CHECKER, needs_reason=True
)
WITHDRAW = BatchStep(
    "withdraw_batch", frozenset({BatchState.DRAFT, BatchState.SUBMITTED}), BatchState.WITHDRAWN, Hand.MAKER
)
CLOSE = BatchStep("close_batch", frozenset({BatchState.APPROVED}), BatchState.CLOSED, Hand.CHECKER, needs_reason=True)
STEPS = (SUBMIT, RETURN, APPROVE, REFUSE, WITHDRAW, CLOSE)
