"""How a spending rule comes into force and ends: who may take which step from where."""

from enum import StrEnum

from app.benefits.papers import Hand, Step


class RuleState(StrEnum):
    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    END_PROPOSED = "end_proposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


APPROVE = Step("approve_rule", frozenset({RuleState.PROPOSED}), RuleState.IN_FORCE, Hand.CHECKER)
REFUSE = Step("refuse_rule", frozenset({RuleState.PROPOSED}), RuleState.REFUSED, Hand.CHECKER)
WITHDRAW = Step("withdraw_rule", frozenset({RuleState.PROPOSED}), RuleState.WITHDRAWN, Hand.MAKER)
PROPOSE_END = Step("propose_end", frozenset({RuleState.IN_FORCE}), RuleState.END_PROPOSED, Hand.ANYBODY)
APPROVE_END = Step("approve_end", frozenset({RuleState.END_PROPOSED}), RuleState.IN_FORCE, Hand.CHECKER)
REFUSE_END = Step("refuse_end", frozenset({RuleState.END_PROPOSED}), RuleState.IN_FORCE, Hand.CHECKER)
DECISIONS = {step.action: step for step in (APPROVE, REFUSE, WITHDRAW, APPROVE_END, REFUSE_END)}
"""The steps that need nothing but a hand."""
STEPS = (*DECISIONS.values(), PROPOSE_END)
