"""The life of an application, in one table: which step leads where, who may take it, and what follows from it.

Everything else asks this table: the operations, the buttons on the pages, the notices, the clock, the tests.
"""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _

from app.core.modules import Text


class State(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    RECOMMENDED = "recommended"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Who(StrEnum):
    """Who takes a step: the member it concerns, or staff of the zone.

    `APPROVER` is always another account than the one that recommended: maker ≠ checker.
    """

    APPLICANT = "applicant"
    REVIEWER = "reviewer"
    HANDLER = "handler"
    APPROVER = "approver"


class Clock(StrEnum):
    """What a step does to the promised day: nothing, give a new one, or take it away."""

    KEEP = "keep"
    START = "start"
    STOP = "stop"


PERMISSIONS = {Who.REVIEWER: "help.review", Who.HANDLER: "help.review", Who.APPROVER: "help.approve"}
FINAL = frozenset({State.APPROVED, State.REFUSED, State.WITHDRAWN})
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW, State.RECOMMENDED})
OPEN = frozenset(State) - FINAL
NUMBER = "HD-{year}-{number:06d}"
"""An application's number, given when it is first submitted."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One step; `title` tells that it was taken, `button` takes it. `requires` names inputs (see `schemas.INPUTS`), `tells` the notice the member gets.

    `shown` decides whether the step is in the history the member reads, or only in the staff's.
    """

    action: str
    title: Text
    button: Text
    sources: frozenset[State]
    target: State
    who: Who
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    clock: Clock = Clock.KEEP
    tells: str = ""
    shown: bool = True


def _of(*states: State) -> frozenset[State]:
    return frozenset(states)


S = State
TRANSITIONS = {
    step.action: step
    for step in (
        Transition("submit", _("Submitted"), _("Submit the application"), _of(S.DRAFT, S.RETURNED), S.SUBMITTED, Who.APPLICANT,
                   clock=Clock.START, tells="help.received"),
        Transition("take", _("Taken into review"), _("Take into review"), _of(S.SUBMITTED), S.IN_REVIEW, Who.REVIEWER),
        Transition("take_over", _("Taken over"), _("Take over"), _of(S.IN_REVIEW), S.IN_REVIEW, Who.REVIEWER,
                   requires=("note",), shown=False),
        Transition("recommend", _("Recommendation made"), _("Recommend"), _of(S.IN_REVIEW), S.RECOMMENDED, Who.HANDLER,
                   requires=("recommendation", "note"), optional=("amount_recommended",), shown=False),
        Transition("return", _("Returned for completion"), _("Return to the member"), _of(S.IN_REVIEW), S.RETURNED, Who.HANDLER,
                   requires=("reason",), clock=Clock.STOP, tells="help.returned"),
        Transition("send_back", _("Sent back to review"), _("Send back to review"), _of(S.RECOMMENDED), S.IN_REVIEW, Who.APPROVER,
                   requires=("note",), shown=False),
        Transition("approve", _("Approved"), _("Approve"), _of(S.RECOMMENDED), S.APPROVED, Who.APPROVER,
                   requires=("amount_granted",), optional=("reason",), clock=Clock.STOP, tells="help.approved"),
        Transition("refuse", _("Refused"), _("Refuse"), _of(S.RECOMMENDED), S.REFUSED, Who.APPROVER,
                   requires=("reason",), clock=Clock.STOP, tells="help.refused"),
        Transition("withdraw", _("Withdrawn"), _("Withdraw the application"), _of(S.SUBMITTED, S.IN_REVIEW, S.RETURNED, S.RECOMMENDED), S.WITHDRAWN,
                   Who.APPLICANT, clock=Clock.STOP),
    )
}  # fmt: skip

# A member can't tell a recommendation from a review, by words or colour: it binds nobody yet.
MEMBER_TITLES: dict[State, Text] = {
    S.DRAFT: _("Draft"),
    S.SUBMITTED: _("Waiting for review"),
    S.IN_REVIEW: _("In review"),
    S.RETURNED: _("Please complete"),
    S.RECOMMENDED: _("In review"),
    S.APPROVED: _("Approved"),
    S.REFUSED: _("Refused"),
    S.WITHDRAWN: _("Withdrawn"),
}
COLOURS = {
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.IN_REVIEW: "info",
    S.RETURNED: "warning",
    S.RECOMMENDED: "info",
    S.APPROVED: "success",
    S.REFUSED: "danger",
    S.WITHDRAWN: "neutral",
}
STAFF_TITLES: dict[State, Text] = MEMBER_TITLES | {
    S.SUBMITTED: _("Waiting to be taken"),
    S.RETURNED: _("Returned to the member"),
    S.RECOMMENDED: _("Waiting for a decision"),
}
STAFF_COLOURS = COLOURS | {S.RECOMMENDED: "warning"}
