"""How an issue of beans goes on: who may take which step from where."""

from enum import StrEnum

from app.benefits.papers import Hand, Step


class IssueState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


SUBMIT = Step("submit_issue", frozenset({IssueState.DRAFT}), IssueState.SUBMITTED, Hand.MAKER)
RETURN = Step("return_issue", frozenset({IssueState.SUBMITTED}), IssueState.DRAFT, Hand.CHECKER, needs_reason=True)
APPROVE = Step("approve_issue", frozenset({IssueState.SUBMITTED}), IssueState.APPROVED, Hand.CHECKER)
REFUSE = Step("refuse_issue", frozenset({IssueState.SUBMITTED}), IssueState.REFUSED, Hand.CHECKER, needs_reason=True)
WITHDRAW = Step("withdraw_issue", frozenset({IssueState.DRAFT, IssueState.SUBMITTED}), IssueState.WITHDRAWN, Hand.MAKER)
FINISH = Step("finish_issue", frozenset({IssueState.APPROVED}), IssueState.ISSUED, Hand.WORKER)
EDIT = Step("change_issue", frozenset({IssueState.DRAFT}), IssueState.DRAFT, Hand.MAKER)
"""What changes a draft, and leaves it one."""
STEPS = (SUBMIT, RETURN, APPROVE, REFUSE, WITHDRAW, FINISH)
