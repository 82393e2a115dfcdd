"""Numbers of a few are hidden, and so many others that nobody finds them by subtraction.

For one question, whose answers are counted by union: each union's sum and the sum of all are known to whoever reads. A cell from 1 to
`FEWEST` - 1 is small. Small cells are hidden together with the whole block of the lines and columns that have one, the line of all
included; the block has two lines and two columns at least, and in each of its lines and columns the hidden cells hold `FEWEST` or
more together. As every hidden line crosses every hidden column, none of the equations "a line adds up to its sum" and "a column adds
up to the line of all" has one unknown alone, however they are combined.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

FEWEST = 5
Key = TypeVar("Key")
Shown = list[int | None]


@dataclass(slots=True)
class Count:
    """How many answered, and how many chose each number."""

    answered: int = 0
    chosen: list[int] = field(default_factory=list)

    def add(self, other: "Count") -> None:
        self.answered += other.answered
        self.chosen = [a + b for a, b in zip(self.chosen or [0] * len(other.chosen), other.chosen, strict=True)]


def together(counts: Mapping[Key | None, Count]) -> dict[Key | None, Count]:
    """The same with those groups put together (under None) of which only a few answered; no group is left with a few.

    Groups in which nobody answered are left out. If all of them are a few, one group of a few is left.
    """
    kept: dict[Key | None, Count] = {
        key: count for key, count in counts.items() if key is not None and count.answered >= FEWEST
    }
    rest = Count()
    for key, count in counts.items():
        if key not in kept and count.answered:
            rest.add(count)
    while 0 < rest.answered < FEWEST and kept:
        smallest = min(kept, key=lambda key: kept[key].answered)
        rest.add(kept.pop(smallest))
    return kept | ({None: rest} if rest.answered else {})


def total_of(counts: Mapping[Key | None, Count]) -> Count:
    whole = Count()
    for count in counts.values():
        whole.add(count)
    return whole


def hide(lines: Sequence[Sequence[int]]) -> list[Shown]:
    """The line of all and then each group's; None stands for what is hidden. A group's sum is no small number.

    For one line the line of all is the line itself, and it alone is given back.
    """
    whole = [sum(column) for column in zip(*lines, strict=True)]
    table = [whole, *lines] if len(lines) > 1 else [whole]
    small = [(r, c) for r, line in enumerate(table) for c, number in enumerate(line) if 0 < number < FEWEST]
    rows, columns = {r for r, _c in small}, {c for _r, c in small}
    while small and (_widen_columns(table, rows, columns) or _widen_rows(table, rows, columns)):
        pass
    return [
        [None if r in rows and c in columns else number for c, number in enumerate(line)]
        for r, line in enumerate(table)
    ]


def hide_several(count: Sequence[Count]) -> list[Shown]:
    """The same for a question of which one may choose several: each option by itself, chosen or not."""
    columns = [
        [line[0] for line in hide([[each.chosen[place], each.answered - each.chosen[place]] for each in count])]
        for place in range(len(count[0].chosen))
    ]
    return [list(line) for line in zip(*columns, strict=True)]


def _widen_columns(table: Sequence[Sequence[int]], rows: set[int], columns: set[int]) -> bool:
    """Hide one more column where a hidden line has too little to hide in; whether there was need."""
    is_bare = len(columns) < 2 or any(sum(table[r][c] for c in columns) < FEWEST for r in rows)
    others = [c for c in range(len(table[0])) if c not in columns]
    if not is_bare or not others:
        return False
    columns.add(min(others, key=lambda c: (table[0][c] == 0, table[0][c])))
    return True


def _widen_rows(table: Sequence[Sequence[int]], rows: set[int], columns: set[int]) -> bool:
    """Hide one more line where a hidden column has too little to hide in; the line of all comes last."""
    sums_are_known = 0 not in rows
    is_bare = len(rows) < 2 or (sums_are_known and any(sum(table[r][c] for r in rows) < FEWEST for c in columns))
    others = [r for r in range(1, len(table)) if r not in rows] or ([0] if sums_are_known else [])
    if not is_bare or not others or len(table) == 1:
        return False
    rows.add(min(others, key=lambda r: (sum(table[r][c] for c in columns) == 0, sum(table[r]))))
    return True
