"""The numbers of a module's cases, as few statements over indexes; whose cases they are is never read."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal_column, or_, select

from app.casework.deadlines import is_late
from app.casework.kinds import Casework
from app.casework.models import Case
from app.casework.retention.models import PastCase
from app.casework.states import Phase
from tenants.database import db

SOURCES: tuple[Any, ...] = (Case, PastCase)
WITH_OUTCOME = (Phase.DECIDED, Phase.ENDED)
"""How a case is over that the union has brought to an end."""
NOT_COUNTED = (Phase.DRAFT, Phase.MERGED, Phase.HANDED_OVER)
"""What was not handed in, and what is counted where it goes on."""


@dataclass(frozen=True, slots=True)
class Period:
    """Months in China, by their first days, both included."""

    first: date
    last: date

    def holds(self, month: Any) -> ColumnElement[bool]:
        return month.between(self.first, self.last)

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 1))


@dataclass(frozen=True, slots=True)
class Load:
    """The open cases of one handler, or of nobody where `handler` is empty."""

    handler: str
    cases: int
    late: int


class Turn(StrEnum):
    """With whom an open case is: in nobody's hands yet, with its handler, or with who decides."""

    NOBODY = "nobody"
    HANDLER = "handler"
    DECIDER = "decider"


@dataclass(slots=True)
class Numbers:
    """What was handed in, answered and ended in a period: counts and cents by kind and month, outcomes, answers by kind."""

    handed_in: Counter[tuple[str, date]] = field(default_factory=Counter)
    requested: Counter[tuple[str, date]] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    outcomes_by_month: Counter[tuple[str, date]] = field(default_factory=Counter)
    grants: Counter[tuple[str, date]] = field(default_factory=Counter)
    granted: Counter[tuple[str, date]] = field(default_factory=Counter)
    recoveries: Counter[tuple[str, date]] = field(default_factory=Counter)
    recovered: Counter[tuple[str, date]] = field(default_factory=Counter)
    in_time: Counter[str] = field(default_factory=Counter)
    days: dict[str, Counter[int]] = field(default_factory=dict)
    """Of each kind, how many answers took so many working days."""


def count_load(module: str) -> list[Load]:
    """Who has how many open cases now, the most first."""
    cases = func.count()
    statement = (
        select(func.max(Case.handler_name), cases, cases.filter(is_late()))
        .where(Case.module == module, Case.phase == Phase.OPEN)
        .group_by(Case.handler_id)
        .order_by(cases.desc(), func.max(Case.handler_name))
    )
    return [Load(*row) for row in db.session.execute(statement)]


@dataclass
class Asked:
    """A module's cases and a period, as a page asks for them; each number is counted once."""

    casework: Casework
    period: Period

    @cached_property
    def found(self) -> "Numbers":
        return count_cases(self.casework.module, self.period)

    @cached_property
    def found_in_year(self) -> "Numbers":
        """The numbers of the period's last year."""
        year = Period.year(self.period.last.year)
        return self.found if year == self.period else count_cases(self.casework.module, year)


def count_turns(casework: Casework) -> dict[Turn, tuple[int, int]]:
    """How many open cases are with whom now, and how many of these are overdue."""
    to_decide = or_(*((Case.kind == kind.key) & Case.state.in_(kind.states_to_decide) for kind in casework.kinds))
    turn = case((to_decide, Turn.DECIDER), (Case.handler_id.is_(None), Turn.NOBODY), else_=Turn.HANDLER)
    cases = func.count()
    statement = (
        select(turn, cases, cases.filter(is_late()))
        .where(Case.module == casework.module, Case.phase == Phase.OPEN)
        .group_by(literal_column("1"))
    )
    found = {Turn(name): (count, late) for name, count, late in db.session.execute(statement)}
    return {each: found.get(each, (0, 0)) for each in Turn}


def count_cases(module: str, period: Period) -> Numbers:
    """All numbers of a period, of cases and of what is left of erased ones."""
    found = Numbers()
    for source in SOURCES:
        _add_handed_in(found, source, module, period)
        _add_answered(found, source, module, period)
        _add_ended(found, source, module, period)
    return found


def _add_handed_in(found: Numbers, source: Any, module: str, period: Period) -> None:
    month = source.month_handed_in
    statement = (
        select(source.kind, month, func.count(), func.sum(source.amount_requested_cents))
        .where(source.module == module, source.phase.not_in(NOT_COUNTED), period.holds(month))
        .group_by(source.kind, month)
    )
    rows: Any = db.session.execute(statement)
    for kind, begun, cases, cents in rows:
        found.handed_in[kind, begun] += cases
        found.requested[kind, begun] += int(cents or 0)


def _add_answered(found: Numbers, source: Any, module: str, period: Period) -> None:
    """How long first answers took, and how many came in the promised time."""
    took, cases = source.answered_in_days, func.count()
    statement = (
        select(source.kind, took, cases, cases.filter(source.answered_in_time.is_(True)))
        .where(source.module == module, source.phase.not_in(NOT_COUNTED), period.holds(source.month_answered))
        .group_by(source.kind, took)
    )
    rows: Any = db.session.execute(statement)
    for kind, days, count, in_time in rows:
        found.days.setdefault(kind, Counter())[days] += count
        found.in_time[kind] += in_time


def _add_ended(found: Numbers, source: Any, module: str, period: Period) -> None:
    """Outcomes and money by month."""
    cell = (source.kind, source.state, source.month_closed)
    granted, recovered = source.amount_granted_cents, source.amount_recovered_cents
    money = (func.count(granted), func.sum(granted), func.count(recovered), func.sum(recovered))
    statement = (
        select(*cell, func.count(), *money)
        .where(source.module == module, source.phase.in_(WITH_OUTCOME), period.holds(source.month_closed))
        .group_by(*cell)
    )
    rows: Any = db.session.execute(statement)
    for kind, state, closed, count, grants, granted_cents, recoveries, recovered_cents in rows:
        found.outcomes[kind, state] += count
        found.outcomes_by_month[state, closed] += count
        found.grants[kind, closed] += grants
        found.granted[kind, closed] += int(granted_cents or 0)
        found.recoveries[kind, closed] += recoveries
        found.recovered[kind, closed] += int(recovered_cents or 0)


@dataclass(frozen=True, slots=True)
class Payments:
    """Cents granted in a year and paid of them by now, and how many cases something, or not all, is paid of."""

    granted: int
    paid: int
    begun: int
    unfinished: int


def count_payments(module: str, year: int) -> Payments:
    """What was granted in a year, and what of it is paid."""
    sums = [0, 0, 0, 0]
    for source in SOURCES:
        granted, paid, cases = source.amount_granted_cents, source.amount_paid_cents, func.count()
        statement = select(
            func.sum(granted), func.sum(paid), cases.filter(paid > 0), cases.filter(paid < granted)
        ).where(source.module == module, source.phase.in_(WITH_OUTCOME), Period.year(year).holds(source.month_closed))
        found = db.session.execute(statement).one()
        sums = [total + int(more or 0) for total, more in zip(sums, found, strict=True)]
    return Payments(*sums)


def median(days: Counter[int]) -> float:
    """The middle of the days, or between the two in the middle."""
    ordered, half = sorted(days.elements()), days.total() // 2
    return ordered[half] if days.total() % 2 else (ordered[half - 1] + ordered[half]) / 2
