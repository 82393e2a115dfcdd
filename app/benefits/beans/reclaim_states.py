"""How a reclaim of beans goes on: who may take which step from where."""

from enum import StrEnum

from app.benefits.papers import Hand, Step


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


APPROVE = Step("approve_reclaim", frozenset({ReclaimState.PROPOSED}), ReclaimState.APPROVED, Hand.CHECKER)
REFUSE = Step(
    "refuse_reclaim", frozenset({ReclaimState.PROPOSED}), ReclaimState.REFUSED, Hand.CHECKER, needs_reason=True
)
WITHDRAW = Step("withdraw_reclaim", frozenset({ReclaimState.PROPOSED}), ReclaimState.WITHDRAWN, Hand.MAKER)
FINISH = Step("finish_reclaim", frozenset({ReclaimState.APPROVED}), ReclaimState.DONE, Hand.WORKER)
STEPS = (APPROVE, REFUSE, WITHDRAW, FINISH)
