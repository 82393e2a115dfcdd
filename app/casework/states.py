"""The life of a case as one table a kind: which step leads where, who may take it, what it asks, which clock it moves.

Everything else asks the table: operations, buttons, notices, clocks, the queue, the tests. A table that has a dead end or
a state nobody reaches is refused when it is declared.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from flask_babel import lazy_gettext as _

from app.casework.letters.declarations import Letter
from app.core.modules import Text


class Phase(StrEnum):
    """What a state means to whatever knows no kind: the database, the queue, the counts.

    A `DRAFT` is known to its member only; `OPEN` is the union's turn, `RETURNED` the member's. `ANSWERED` waits for
    nobody: the member may go on. The others are over: `DECIDED` with a decision, `WITHDRAWN` by the member, `ENDED`
    without either, `MERGED` or `HANDED_OVER` since it goes on in another case, here or in another zone. `LEAVING` is on its way there:
    its promise runs, and nothing else happens.
    """

    DRAFT = "draft"
    OPEN = "open"
    RETURNED = "returned"
    ANSWERED = "answered"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    MERGED = "merged"
    LEAVING = "leaving"
    HANDED_OVER = "handed_over"

    @property
    def is_over(self) -> bool:
        return self in OVER

    @property
    def is_elsewhere(self) -> bool:
        """Whether the case goes on in another one: nothing is added to it here."""
        return self in ELSEWHERE

    @property
    def is_editable(self) -> bool:
        """Whether the member may change what they told."""
        return self in EDITABLE


SUBMIT = "submit"
WITHDRAW = "withdraw"
"""What the steps are called that every kind has."""

ELSEWHERE = frozenset({Phase.MERGED, Phase.LEAVING, Phase.HANDED_OVER})
OVER = frozenset({Phase.DECIDED, Phase.WITHDRAWN, Phase.ENDED, Phase.MERGED, Phase.HANDED_OVER})
EDITABLE = frozenset({Phase.DRAFT, Phase.RETURNED})


class Who(StrEnum):
    """Who takes a step: the member it concerns, staff of the zone, or `TIME` when the state's days have gone by.

    `OBJECTION` takes it when staff find one to the public notice of a grant well-founded: the decision is void.

    A `REVIEWER` may take any case of the kind, the `HANDLER` is who has taken this one, an `APPROVER` decides and is never
    who recommended: maker ≠ checker.
    """

    APPLICANT = "applicant"
    REVIEWER = "reviewer"
    HANDLER = "handler"
    APPROVER = "approver"
    TIME = "time"
    OBJECTION = "objection"

    @property
    def is_staff(self) -> bool:
        return self in (Who.REVIEWER, Who.HANDLER, Who.APPROVER)


@dataclass(frozen=True, slots=True)
class State:
    """Where a case stands, in words for staff and, where they differ, for the member; `letter` is written on arriving there.

    Where nothing happens for `days`, the step that `TIME` takes leads on; of one that `warns` the member is told two weeks before,
    by that notice.
    """

    key: str
    phase: Phase
    title: Text
    colour: str = "info"
    member_title: Text = ""
    member_colour: str = ""
    letter: Letter | None = None
    days: int = 0
    warns: str = ""

    @property
    def told(self) -> Text:
        """Its title for the member."""
        return self.member_title or self.title

    @property
    def told_colour(self) -> str:
        return self.member_colour or self.colour


MERGED = State("merged", Phase.MERGED, _("Merged into another case"), "neutral")
LEAVING = State("leaving", Phase.LEAVING, _("On its way to another union"), "info")
HANDED_OVER = State("handed_over", Phase.HANDED_OVER, _("Handed over to another union"), "neutral")
COMMON = (MERGED, LEAVING, HANDED_OVER)
"""States of every kind, to which no step of its own leads."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step; `title` tells that it was taken, `button` takes it.

    `requires` and `optional` name inputs (`app.casework.inputs`), `starts` and `stops` clocks of the kind (what is over
    keeps no promise), `tells` the notice the member gets. One that `accepts` is a decision after which the case goes on: where the
    kind `needs_two_people`, never by who recommended it. A step that `appeals_within` a clock's time leads on from a decision: once,
    and only where less was given than asked for (`app.casework.appeals`). `takes` makes the actor the handler. `shown` decides whether the
    step is in the history the member reads, or only in the staff's.
    """

    action: str
    title: Text
    button: Text
    sources: frozenset[str]
    target: str
    who: Who
    requires: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    appeals_within: str = ""
    takes: bool = False
    accepts: bool = False
    tells: str = ""
    shown: bool = True
    colour: str = "primary"

    @property
    def asks(self) -> tuple[str, ...]:
        return self.requires + self.optional


class StateTableError(ValueError):
    """A table that no case could live by; the message names the fault."""


@dataclass(frozen=True)
class StateTable:
    """The states and steps of a kind, beside those all kinds have (`COMMON`); the first state is where a case begins."""

    states: tuple[State, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise StateTableError("; ".join(faults))

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.key: state for state in (*self.states, *COMMON)}

    @cached_property
    def _steps(self) -> dict[str, Step]:
        return {step.action: step for step in self.steps}

    @property
    def first(self) -> State:
        return self.states[0]

    @cached_property
    def untaken(self) -> str | None:
        """The state in which a case waits to be taken: one with the union from which a step takes it and asks nothing."""
        takings = [step for step in self.steps if step.takes and not step.requires]
        waiting = {source for step in takings for source in step.sources if source != step.target}
        return next((state.key for state in self.states if state.phase is Phase.OPEN and state.key in waiting), None)

    def __getitem__(self, key: str) -> State:
        return self._states[key]

    def __contains__(self, key: str) -> bool:
        return key in self._states

    def find_step(self, action: str) -> Step | None:
        return self._steps.get(action)

    def step(self, action: str) -> Step:
        return self._steps[action]

    def steps_from(self, state: str) -> list[Step]:
        """The steps that lead on from a state, in the table's order."""
        return [step for step in self.steps if state in step.sources]

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(self._steps)

    def step_of_time(self, state: str) -> Step:
        """The step that a state's days lead to."""
        return next(step for step in self.steps_from(state) if step.who is Who.TIME)


def states_of(*keys: str) -> frozenset[str]:
    return frozenset(keys)


def _faults(table: StateTable) -> Iterable[str]:
    keys = [state.key for state in table.states]
    actions = [step.action for step in table.steps]
    yield from (f"the state {key!r} is there twice" for key in sorted(set(keys)) if keys.count(key) > 1)
    yield from (f"every kind has the state {state.key!r} already" for state in COMMON if state.key in keys)
    yield from (f"the step {each!r} is there twice" for each in sorted(set(actions)) if actions.count(each) > 1)
    if not keys or table.states[0].phase is not Phase.DRAFT:
        yield "a case begins as a draft: the first state must be one"
        return
    named = {name for step in table.steps for name in (*step.sources, step.target)}
    unknown = sorted(named - set(keys))
    yield from (f"{name!r} is no state" for name in unknown)
    if unknown:
        return
    over = {state.key for state in table.states if state.phase.is_over}
    for step in table.steps:
        goes_on = step.appeals_within or step.who is Who.OBJECTION
        allowed = {key for key in over if goes_on and table.states[keys.index(key)].phase is Phase.DECIDED}
        yield from (
            f"{step.action!r} leads on from {key!r}, which is over" for key in sorted(step.sources & over - allowed)
        )
    yield from (
        f"{state.key!r} has {'no step that its days lead to' if state.days else 'no days for the step of time'}"
        for state in table.states
        if bool(state.days) != any(step.who is Who.TIME and state.key in step.sources for step in table.steps)
    )
    yield from (
        f"{state.key!r} waits for the member and has no days after which it ends, or warns nobody of them"
        for state in table.states
        if state.phase is Phase.RETURNED and not (state.days and state.warns)
    )
    forward = {key: {step.target for step in table.steps if key in step.sources} for key in keys}
    back = {key: {source for source in keys if key in forward[source]} for key in keys}
    within = {
        key: {step.target for step in table.steps if key in step.sources and step.who is not Who.OBJECTION}
        for key in keys
    }
    yield from (
        f"{step.action!r} appeals and could be taken twice"
        for step in table.steps
        if step.appeals_within and step.sources & _reach({step.target}, within)
    )
    yield from (f"no step leads to {key!r}" for key in keys if key not in _reach({keys[0]}, forward))
    yield from (f"{key!r} is a dead end" for key in keys if key not in _reach(over, back))


def _reach(start: set[str], ways: dict[str, set[str]]) -> set[str]:
    """All that is reached from `start`, itself included."""
    reached, open_ends = set(start), list(start)
    while open_ends:
        new = ways[open_ends.pop()] - reached
        reached |= new
        open_ends.extend(new)
    return reached
