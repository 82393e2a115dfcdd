"""How a campaign goes on: who may take which step from where.

draft ──submit──▶ submitted ──approve──▶ reviewed ──freeze──▶ frozen ──its time──▶ open ──its time──▶ closed ──settle──▶ settled ──▶ archived
  ◀──── return ──────┴─────────────────────┘
"""

from enum import StrEnum

from app.benefits.papers import Hand, Step


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


SUBMIT = Step("submit", frozenset({State.DRAFT}), State.SUBMITTED, Hand.ANYBODY)
RETURN = Step("return", frozenset({State.SUBMITTED, State.REVIEWED}), State.DRAFT, Hand.CHECKER, needs_reason=True)
APPROVE = Step("approve", frozenset({State.SUBMITTED}), State.REVIEWED, Hand.CHECKER)
FREEZE = Step("freeze", frozenset({State.REVIEWED}), State.FROZEN, Hand.ANYBODY)
OPEN = Step("open", frozenset({State.FROZEN}), State.OPEN, Hand.WORKER)
CLOSE = Step("close", frozenset({State.OPEN}), State.CLOSED, Hand.WORKER)
STOP = Step("stop", frozenset({State.OPEN}), State.CLOSED, Hand.CHECKER, needs_reason=True)
SETTLE = Step("settle", frozenset({State.CLOSED}), State.SETTLED, Hand.WORKER)
ARCHIVE = Step("archive", frozenset({State.SETTLED}), State.ARCHIVED, Hand.ANYBODY)
CANCEL = Step(
    "cancel",
    frozenset({State.DRAFT, State.SUBMITTED, State.REVIEWED, State.FROZEN}),
    State.CANCELLED,
    Hand.ANYBODY,
    needs_reason=True,
)
STEPS = (SUBMIT, RETURN, APPROVE, FREEZE, OPEN, CLOSE, STOP, SETTLE, ARCHIVE, CANCEL)
PUBLIC = (State.FROZEN, State.OPEN, State.CLOSED, State.SETTLED, State.ARCHIVED)


def steps_from(state: str) -> tuple[Step, ...]:
    """The steps that people may take from a state."""
    return tuple(step for step in STEPS if state in step.sources and step.hand is not Hand.WORKER)
