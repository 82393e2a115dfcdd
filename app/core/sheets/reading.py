"""One table out of a file: its headings, and its rows with the line numbers a person sees."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Protocol

from .cells import Cell, column_name, shown
from .containers import kind_of
from .csv_reading import read_csv
from .errors import SheetError
from .limits import MB, SheetLimits
from .table import Table
from .xlsx_reading import read_workbook

Row = tuple[int, list[Cell]]
"""The line in the file, from 1, and one cell for each heading."""

_LINES_ABOVE = 20  # so many lines are searched for the heading
_DEFAULTS = SheetLimits()


class Readable(Protocol):
    """An open file or an upload."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table that is read while it is iterated, once.

    `titles` are single texts above the heading, `name` the worksheet ('' for CSV), `other_sheets` those not read,
    `expected_rows` an upper bound for a progress bar. Iterating may still raise `SheetError`: `no_rows`,
    `too_many_rows`, `extra_cells`, `quotes`.
    """

    headers: tuple[str, ...]
    header_line: int
    rows: Iterator[Row]
    expected_rows: int
    name: str = ""
    titles: tuple[str, ...] = ()
    other_sheets: tuple[str, ...] = field(default=())


def read_sheet(source: str | Path | Readable, filename: str, limits: SheetLimits = _DEFAULTS) -> Sheet:
    """The first visible worksheet with anything in it, or the CSV; what it is decided by content, never by name.

    The heading is the first line with two filled cells. Empty rows are skipped, line numbers stay the file's.
    Raises `SheetError`.
    """
    data = _bytes_of(source, limits)
    table = read_workbook(data, limits) if kind_of(data, filename) == "workbook" else read_csv(data)
    titles, (header_line, cells) = _find_header(table)
    headers = _headers(cells, table.width, limits)
    table.check(header_line)
    return Sheet(
        headers=headers,
        header_line=header_line,
        rows=_rows(table, len(headers), limits),
        expected_rows=max(table.last_line - header_line, 0),
        name=table.name,
        titles=titles,
        other_sheets=table.other_sheets,
    )


def _bytes_of(source: str | Path | Readable, limits: SheetLimits) -> bytes:
    if isinstance(source, (str, Path)):
        with Path(source).open("rb") as stream:
            data = stream.read(limits.max_bytes + 1)
    else:
        data = source.read(limits.max_bytes + 1)
    if len(data) > limits.max_bytes:
        raise SheetError("too_large", limit_mb=round(limits.max_bytes / MB, 1))
    return data


def _find_header(table: Table) -> tuple[tuple[str, ...], Row]:
    """The titles, and the heading's line. A table with a single column has its first filled line as heading."""
    seen: list[Row] = []
    for line, cells in table.rows:
        filled = sum(map(bool, cells))
        if filled > 1:
            return tuple(shown(next(filter(None, title))) for _, title in seen), (line, cells)
        if filled:
            seen.append((line, cells))
        if len(seen) == _LINES_ABOVE:
            break
    if not seen:
        raise SheetError("no_table")
    table.rows = chain(seen[1:], table.rows)
    return (), seen[0]


def _headers(cells: list[Cell], width: int, limits: SheetLimits) -> tuple[str, ...]:
    """One for each column up to the last used one; '' over a column without heading."""
    headers = [" ".join(shown(content).split()) for content in cells]
    while headers and not headers[-1] and len(headers) > width:
        headers.pop()
    if len(headers) > limits.max_columns:
        raise SheetError("too_many_columns", limit=limits.max_columns, column=column_name(len(headers) - 1))
    places: dict[str, int] = {}
    for place, header in enumerate(headers):
        if header and header in places:
            first, second = column_name(places[header]), column_name(place)
            raise SheetError("duplicate_header", header=header, first=first, second=second)
        places[header] = place
    return tuple(headers)


def _rows(table: Table, width: int, limits: SheetLimits) -> Iterator[Row]:
    count = 0
    for line, cells in table.rows:
        if not any(cells):
            continue
        count += 1
        if count > limits.max_rows:
            raise SheetError("too_many_rows", limit=limits.max_rows, line=max(table.last_line, line))
        yield line, cells if len(cells) == width else _fitted(cells, width, line)
    if not count:
        raise SheetError("no_rows")


def _fitted(cells: list[Cell], width: int, line: int) -> list[Cell]:
    if any(cells[width:]):
        raise SheetError("extra_cells", line=line)
    return cells[:width] + [""] * (width - len(cells))
