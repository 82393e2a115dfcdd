"""The numbers as tables people read, each cell about too few people left out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import format_decimal

from app.casework.forms import yuan
from app.casework.kinds import CaseKind, Casework
from app.casework.overview.counting import WITH_OUTCOME, Numbers, median
from app.casework.overview.small_cells import FEWEST, Key, hidden_cells
from app.core.modules import Text

FEW = f"<{FEWEST}"
"""What stands for a number about one or two people."""
UNTOLD = "—"
"""What stands for a number that would give another one away."""


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of texts; the first `named` of each row say what it is of, the others are numbers."""

    headings: Sequence[Text]
    rows: list[list[Text]]
    named: int = 1


def outcome_table(casework: Casework, found: Numbers, kind_heading: Text) -> Table:
    """How many cases of each kind came to which end."""
    states = ends_of(casework)
    cells = {(kind.key, state): found.outcomes[kind.key, state] for kind in casework.kinds for state in states}
    texts = told(cells)
    rows = [[kind.title, *(texts[kind.key, state] for state in states)] for kind in casework.kinds]
    return Table([kind_heading, *states.values()], rows)


def ends_of(casework: Casework) -> dict[str, Text]:
    """The titles of the states in which a case is over with an outcome."""
    states = (state for kind in casework.kinds for state in kind.table.states)
    return {state.key: state.title for state in states if state.phase in WITH_OUTCOME}


def answer_table(casework: Casework, found: Numbers, headings: Sequence[Text]) -> Table:
    """Of each kind: answers, the share of them in time, and the working days of the one in the middle."""
    counts = {kind.key: found.days.get(kind.key, Counter()).total() for kind in casework.kinds}
    texts = told(counts)
    return Table(headings, [_answers(kind, found, counts[kind.key], texts[kind.key]) for kind in casework.kinds])


def _answers(kind: CaseKind, found: Numbers, count: int, text: str) -> list[Text]:
    if text != str(count) or not count:
        return [kind.title, text, UNTOLD, UNTOLD]
    share = round(100 * found.in_time[kind.key] / count)
    return [kind.title, text, f"{share} %", format_decimal(median(found.days[kind.key]))]


def money_table(casework: Casework, counts: Counter[tuple[str, date]], cents: Counter[tuple[str, date]],
                headings: Sequence[Text]) -> Table:  # fmt: skip
    """By kind and month: how many cases, and how much money."""
    cells = {cell: counts[cell] for cell in sorted(counts, key=lambda cell: (cell[1], cell[0])) if counts[cell]}
    titles, texts = {kind.key: kind.title for kind in casework.kinds}, told(cells)
    rows: list[list[Text]] = [
        [f"{month:%Y-%m}", titles.get(kind, kind), texts[kind, month],
         yuan(cents[kind, month]) if texts[kind, month] == str(count) else UNTOLD]
        for (kind, month), count in cells.items()
    ]  # fmt: skip
    return Table(headings, rows, named=2)


def told(counts: Mapping[Key, int]) -> dict[Key, str]:
    """Each number as it may be told."""
    hidden = hidden_cells(counts)
    return {
        key: str(count) if key not in hidden else FEW if count < FEWEST else UNTOLD for key, count in counts.items()
    }
