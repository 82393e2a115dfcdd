"""How a spending rule comes into force and ends: who may take which step from where."""

from dataclasses import dataclass
from enum import StrEnum


class RuleState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    END_PROPOSED = "end_proposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Hand(StrEnum):
    """Who takes a step: anybody with the right, whoever proposed, or somebody else."""

    ANYBODY = "anybody"
    PROPOSER = "proposer"
    CHECKER = "checker"


@dataclass(frozen=True, slots=True)
class Step:
    action: str
    source: RuleState
    target: RuleState
    hand: Hand


APPROVE = Step("approve_rule", RuleState.PROPOSED, RuleState.IN_FORCE, Hand.CHECKER)
REFUSE = Step("refuse_rule", RuleState.PROPOSED, RuleState.REFUSED, Hand.CHECKER)
WITHDRAW = Step("withdraw_rule", RuleState.PROPOSED, RuleState.WITHDRAWN, Hand.PROPOSER)
PROPOSE_END = Step("propose_end", RuleState.IN_FORCE, RuleState.END_PROPOSED, Hand.ANYBODY)
APPROVE_END = Step("approve_end", RuleState.END_PROPOSED, RuleState.IN_FORCE, Hand.CHECKER)
REFUSE_END = Step("refuse_end", RuleState.END_PROPOSED, RuleState.IN_FORCE, Hand.CHECKER)
DECISIONS = {step.action: step for step in (APPROVE, REFUSE, WITHDRAW, APPROVE_END, REFUSE_END)}
"""The steps that need nothing but a hand."""
STEPS = (*DECISIONS.values(), PROPOSE_END)
