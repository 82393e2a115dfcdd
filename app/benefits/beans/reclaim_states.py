"""How a reclaim of beans goes on: who may take which step from where."""

from dataclasses import dataclass
from enum import StrEnum

from app.benefits.beans.issue_states import Hand


class Whom(StrEnum):
    """From whom: who has left the union whose budget it was, or everybody, where the issue was made in error."""

    LEFT = "left"
    EVERYBODY = "everybody"


class ReclaimState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReclaimStep:
    """A step from `source` to `target`; one with an answer is not taken without."""

    action: str
    source: ReclaimState
    target: ReclaimState
    hand: Hand
    needs_answer: bool = False


APPROVE = ReclaimStep("approve_reclaim", ReclaimState.PROPOSED, ReclaimState.APPROVED, Hand.CHECKER)
REFUSE = ReclaimStep("refuse_reclaim", ReclaimState.PROPOSED, ReclaimState.REFUSED, Hand.CHECKER, needs_answer=True)
WITHDRAW = ReclaimStep("withdraw_reclaim", ReclaimState.PROPOSED, ReclaimState.WITHDRAWN, Hand.MAKER)
FINISH = ReclaimStep("finish_reclaim", ReclaimState.APPROVED, ReclaimState.DONE, Hand.WORKER)
STEPS = (APPROVE, REFUSE, WITHDRAW, FINISH)
