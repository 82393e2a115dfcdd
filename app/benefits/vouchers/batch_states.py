"""How a batch of vouchers goes on: who may take which step from where."""

from enum import StrEnum

from app.benefits.papers import Hand, Step


class BatchState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


GIVEN = (BatchState.APPROVED, BatchState.CLOSED)
"""Of which members may have vouchers."""
SUBMIT = Step("submit_batch", frozenset({BatchState.DRAFT}), BatchState.SUBMITTED, Hand.MAKER)
RETURN = Step("return_batch", frozenset({BatchState.SUBMITTED}), BatchState.DRAFT, Hand.CHECKER, needs_reason=True)
APPROVE = Step("approve_batch", frozenset({BatchState.SUBMITTED}), BatchState.APPROVED, Hand.CHECKER)
REFUSE = Step("refuse_batch", frozenset({BatchState.SUBMITTED}), BatchState.REFUSED, Hand.CHECKER, needs_reason=True)
WITHDRAW = Step("withdraw_batch", frozenset({BatchState.DRAFT, BatchState.SUBMITTED}), BatchState.WITHDRAWN, Hand.MAKER)
CLOSE = Step("close_batch", frozenset({BatchState.APPROVED}), BatchState.CLOSED, Hand.CHECKER, needs_reason=True)
EDIT = Step("change_batch", frozenset({BatchState.DRAFT}), BatchState.DRAFT, Hand.MAKER)
"""What changes a draft, and leaves it one."""
STEPS = (SUBMIT, RETURN, APPROVE, REFUSE, WITHDRAW, CLOSE)
