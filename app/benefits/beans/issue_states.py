"""How an issue of beans goes on: who may take which step from where."""

from dataclasses import dataclass
from enum import StrEnum


class IssueState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    ISSUED = "issued"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Hand(StrEnum):
    """Who takes a step: whoever made the issue, somebody else who may approve, or background work."""

    MAKER = "maker"
    CHECKER = "checker"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`; one with a reason is not taken without."""

    action: str
    sources: frozenset[IssueState]
    target: IssueState
    hand: Hand
    needs_reason: bool = False


SUBMIT = Step("submit_issue", frozenset({IssueState.DRAFT}), IssueState.SUBMITTED, Hand.MAKER)
RETURN = Step("return_issue", frozenset({IssueState.SUBMITTED}), IssueState.DRAFT, Hand.CHECKER, needs_reason=True)
APPROVE = Step("approve_issue", frozenset({IssueState.SUBMITTED}), IssueState.APPROVED, Hand.CHECKER)
REFUSE = Step("refuse_issue", frozenset({IssueState.SUBMITTED}), IssueState.REFUSED, Hand.CHECKER, needs_reason=True)
WITHDRAW = Step("withdraw_issue", frozenset({IssueState.DRAFT, IssueState.SUBMITTED}), IssueState.WITHDRAWN, Hand.MAKER)
FINISH = Step("finish_issue", frozenset({IssueState.APPROVED}), IssueState.ISSUED, Hand.WORKER)
STEPS = (SUBMIT, RETURN, APPROVE, REFUSE, WITHDRAW, FINISH)
