"""What both readers hand over: lines of cells, before anyone knows which of them is the heading."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from .cells import Cell


@dataclass(slots=True)
class Table:
    """Lines with their numbers in the file. `width` is the number of used columns where it is known beforehand.

    `check` is told the heading's line and raises `SheetError` about what only then can be judged.
    """

    rows: Iterator[tuple[int, list[Cell]]]
    last_line: int
    width: int = 0
    name: str = ""
    other_sheets: tuple[str, ...] = ()
    check: Callable[[int], None] = lambda _: None
