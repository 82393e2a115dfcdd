"""How a campaign goes on: who may take which step from where.

draft ──submit──▶ submitted ──approve──▶ reviewed ──freeze──▶ frozen ──its time──▶ open ──its time──▶ closed ──settle──▶ settled ──▶ archived
  ◀──── return ──────┴─────────────────────┘
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    FROZEN = "frozen"
    """Announced: nothing of it changes any more."""
    OPEN = "open"
    CLOSED = "closed"
    SETTLED = "settled"
    ARCHIVED = "archived"
    CANCELLED = "cancelled"


class Hand(StrEnum):
    """Who takes a step: whoever manages campaigns, somebody who reviews them and did not write this one, or the clock."""

    MANAGER = "manager"
    REVIEWER = "reviewer"
    WORKER = "worker"


@dataclass(frozen=True, slots=True)
class Step:
    """A step from any of `sources` to `target`; one with a reason is not taken without."""

    action: str
    sources: frozenset[State]
    target: State
    hand: Hand
    needs_reason: bool = False


SUBMIT = Step("submit", frozenset({State.DRAFT}), State.SUBMITTED, Hand.MANAGER)
RETURN = Step("return", frozenset({State.SUBMITTED, State.REVIEWED}), State.DRAFT, Hand.REVIEWER, needs_reason=True)
APPROVE = Step("approve", frozenset({State.SUBMITTED}), State.REVIEWED, Hand.REVIEWER)
FREEZE = Step("freeze", frozenset({State.REVIEWED}), State.FROZEN, Hand.MANAGER)
OPEN = Step("open", frozenset({State.FROZEN}), State.OPEN, Hand.WORKER)
CLOSE = Step("close", frozenset({State.OPEN}), State.CLOSED, Hand.WORKER)
STOP = Step("stop", frozenset({State.OPEN}), State.CLOSED, Hand.REVIEWER, needs_reason=True)
SETTLE = Step("settle", frozenset({State.CLOSED}), State.SETTLED, Hand.WORKER)
ARCHIVE = Step("archive", frozenset({State.SETTLED}), State.ARCHIVED, Hand.MANAGER)
CANCEL = Step(
    "cancel",
    frozenset({State.DRAFT, State.SUBMITTED, State.REVIEWED, State.FROZEN}),
    State.CANCELLED,
    Hand.MANAGER,
    needs_reason=True,
)
STEPS = (SUBMIT, RETURN, APPROVE, FREEZE, OPEN, CLOSE, STOP, SETTLE, ARCHIVE, CANCEL)
PUBLIC = (State.FROZEN, State.OPEN, State.CLOSED, State.SETTLED, State.ARCHIVED)


def steps_from(state: str) -> tuple[Step, ...]:
    """The steps that people may take from a state."""
    return tuple(step for step in STEPS if state in step.sources and step.hand is not Hand.WORKER)
