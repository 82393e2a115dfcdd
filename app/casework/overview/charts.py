"""The numbers as charts, each with the same figures as a table beside; what is about too few people is left out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from app.casework.forms import yuan
from app.casework.overview.budgets import find_budget
from app.casework.overview.counting import Asked, Numbers, Turn, count_turns
from app.casework.overview.small_cells import hidden_cells, is_small, points_of_a_sum
from app.casework.overview.tables import UNTOLD, ends_of, told
from app.core.clock import today_in_china

MONTHS = 12
SPANS = ((0, 2), (3, 5), (6, 10), (11, 20))
"""Working days that answers took, first and last of each bar; one more bar is for longer."""


@dataclass(frozen=True, slots=True)
class Series:
    """What is drawn, None where nothing may be, and told."""

    name: str
    values: list[float | None]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as `ui.chart` draws it (`kind` is `bar` or `line`); `heading` names its labels."""

    key: str
    title: str
    kind: str
    heading: str
    labels: list[str]
    series: list[Series]

    @property
    def has_shape(self) -> bool:
        """Whether there is anything to see: some number that may be told and is not 0."""
        return any(value for one in self.series for value in one.values)

    def for_script(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "labels": self.labels,
            "series": [{"name": one.name, "data": one.values} for one in self.series],
        }


def load_chart(asked: Asked) -> Chart:
    """With whom the open cases are now."""
    turns = count_turns(asked.casework)
    titles = {Turn.NOBODY: _("Nobody yet"), Turn.HANDLER: _("Case handlers"), Turn.DECIDER: _("Whoever decides")}
    in_time = [cases - late for cases, late in turns.values()]
    return Chart("load", _("Open cases now, by whose turn it is"), "bar", _("Whose turn"), [titles[turn] for turn in turns], [
        _exact(_("Within the promised time"), in_time), _exact(_("Overdue"), [late for _cases, late in turns.values()]),
    ])  # fmt: skip


def delay_chart(asked: Asked) -> Chart:
    """How many answers took how long."""
    days = sum(asked.found.days.values(), Counter())
    counts = {span: sum(days[day] for day in range(span[0], span[1] + 1)) for span in SPANS}
    longer = SPANS[-1][1]
    labels = [_("%(first)s to %(last)s days", first=first, last=last) for first, last in SPANS]
    series = _suppressed(_("Answers"), [*counts.values(), days.total() - sum(counts.values())])
    return Chart("delay", _("Working days until the answer"), "bar", _("Working days"),
                 [*labels, _("over %(days)s days", days=longer)], [series])  # fmt: skip


def outcome_chart(asked: Asked) -> Chart:
    """Outcomes by month; each for itself hides what its own sum would give away."""
    found = asked.found.outcomes_by_month
    titles = {state: str(title) for state, title in ends_of(asked.casework).items()}
    months = sorted({month for _state, month in found})
    series = [_suppressed(title, [found[state, month] for month in months]) for state, title in titles.items()
              if any(found[state, month] for month in months)]  # fmt: skip
    return Chart("outcomes", _("Outcomes by month"), "bar", _("Month"), [f"{month:%Y-%m}" for month in months], series)


def funds_chart(asked: Asked) -> Chart:
    """What was granted so far in the period's last year, against its budget."""
    year = asked.period.last.year
    months = [date(year, month, 1) for month in range(1, MONTHS + 1) if date(year, month, 1) <= today_in_china()]
    granted = _granted_so_far(asked.found_in_year, months)
    budget = find_budget(asked.casework.module, year)
    series = [_money(_("Granted so far"), granted)]
    if budget is not None:
        series.append(_money(_("Budget"), [budget.cents] * len(months)))
    return Chart("funds", _("Funds of %(year)s, in yuan", year=year), "line", _("Month"),
                 [f"{month:%Y-%m}" for month in months], series)  # fmt: skip


def _granted_so_far(found: Numbers, months: Sequence[date]) -> list[int | None]:
    """The running sum by month, left out where it would give a number of the tables about one or two people away."""
    small = [cell for cell, count in found.grants.items() if is_small(count)]
    unknown = [sum(found.grants[cell] for cell in small if cell[1] == month) for month in months]
    sums, total = [], 0
    for month in months:
        total += sum(cents for (_kind, granted_in), cents in found.granted.items() if granted_in == month)
        sums.append(total)
    return [cents if is_told else None for cents, is_told in zip(sums, points_of_a_sum(unknown), strict=True)]


def _exact(name: str, counts: list[int]) -> Series:
    return Series(name, [*counts], [str(count) for count in counts])


def _suppressed(name: str, counts: list[int]) -> Series:
    cells = dict(enumerate(counts))
    hidden, texts = hidden_cells(cells), told(cells)
    return Series(name, [None if place in hidden else count for place, count in cells.items()], list(texts.values()))


def _money(name: str, cents: Sequence[int | None]) -> Series:
    return Series(name, [None if each is None else each / 100 for each in cents],
                  [UNTOLD if each is None else yuan(each) for each in cents])  # fmt: skip


CHARTS: Mapping[str, Callable[[Asked], Chart]] = {
    "load": load_chart,
    "delay": delay_chart,
    "outcomes": outcome_chart,
    "funds": funds_chart,
}
