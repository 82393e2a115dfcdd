"""Workbooks out, written row by row with constant memory."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from app.core.clock import CHINA

from .cells import BadCell, shown
from .errors import SheetError

_LONGEST = 32_767  # characters Excel allows in a cell
_MOST_ROWS = 1_048_576
_LONGEST_TAB, _NOT_IN_TABS = 31, re.compile(r"[\[\]:*?/\\]")
_EXACT = 10**15
# A cell beginning with one of these becomes a formula when the sheet is saved as CSV and opened again, or edited.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "|", "%")
# Each value is written by its kind below; the options guard whoever adds a plain `write` later.
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_sheet(
    target: str | Path | IO[bytes],
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    widths: Mapping[str, float] | None = None,
    notes: Mapping[str, str] | None = None,
    text_columns: Collection[str] = (),
    money_columns: Collection[str] = (),
    title: str = "Sheet1",
    about: tuple[str, Sequence[tuple[str, str]]] | None = None,
) -> int:
    """Writes one worksheet and returns its number of rows. `widths` (in characters) and `notes` are by heading.

    `text_columns` are formatted as text down to the last row, so that phone and ID numbers typed there keep their
    digits; numbers of `money_columns` show two decimals. `about` is the title of a second worksheet and its lines, name and text. Every text is written as text, never as formula, number or link. Raises `SheetError("too_many_rows")`.
    """
    workbook = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), dict(_OPTIONS))
    with workbook:
        sheet = workbook.add_worksheet(_tab(title))
        writer = _Writer(workbook, sheet)
        _lay_out(workbook, sheet, headers, widths or {}, text_columns)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, workbook.add_format({"bold": True, "num_format": "@"}))
            if note := (notes or {}).get(header):
                sheet.write_comment(0, column, note)
        count, money = 0, {headers.index(header) for header in money_columns}
        for count, row in enumerate(rows, start=1):
            if count >= _MOST_ROWS:
                raise SheetError("too_many_rows", limit=_MOST_ROWS - 1, line=count + 1)
            for column, value in enumerate(row):
                writer.write(count, column, value, is_money=column in money)
        sheet.autofilter(0, 0, count, max(len(headers) - 1, 0))
        if about is not None:
            _write_about(workbook, *about)
    return count


def _tab(title: str) -> str:
    """A worksheet's title as Excel takes it: of 31 characters at most, and none of those that stand for places."""
    return _NOT_IN_TABS.sub(" ", title)[:_LONGEST_TAB].strip(" '") or "Sheet1"


def _write_about(workbook: Workbook, title: str, lines: Sequence[tuple[str, str]]) -> None:
    sheet = workbook.add_worksheet(title)
    sheet.set_column(0, 1, 28)
    writer = _Writer(workbook, sheet)
    for row, line in enumerate(lines):
        for column, text in enumerate(line):
            writer.write(row, column, text)


def _lay_out(
    workbook: Workbook, sheet: Worksheet, headers: Sequence[str], widths: Mapping[str, float], text: Collection[str]
) -> None:
    as_text = workbook.add_format({"num_format": "@"})
    sheet.freeze_panes(1, 0)
    for column, header in enumerate(headers):
        width = widths.get(header, max(10.0, 2.2 * len(header)))
        sheet.set_column(column, column, width, as_text if header in text else None)


class _Writer:
    """Writes one value by its type."""

    def __init__(self, workbook: Workbook, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._text: Format = workbook.add_format({"num_format": "@"})
        self._quoted: Format = workbook.add_format({"num_format": "@", "quote_prefix": True})
        self._money: Format = workbook.add_format({"num_format": "0.00"})
        self._date: Format = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._time: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})

    def write(self, row: int, column: int, value: Any, *, is_money: bool = False) -> None:
        if value is None or value == "":
            return
        if isinstance(value, bool):
            self._sheet.write_boolean(row, column, value)
        elif isinstance(value, (int, float)) and abs(value) < _EXACT:
            self._sheet.write_number(row, column, value, self._money if is_money else None)
        elif isinstance(value, datetime):
            local = value.astimezone(CHINA).replace(tzinfo=None) if value.tzinfo else value
            self._sheet.write_datetime(row, column, local, self._time)
        elif isinstance(value, date):
            self._sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self._date)  # noqa: DTZ001 - cells have no zone
        else:
            self._write_text(row, column, shown(value) if isinstance(value, BadCell) else str(value))

    def _write_text(self, row: int, column: int, text: str) -> None:
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 1] + "…"
        self._sheet.write_string(row, column, text, self._quoted if text.startswith(_RISKY) else self._text)
