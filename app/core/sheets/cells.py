"""What a cell says, whatever the program that saved it made of it."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.core.halfwidth import fold

# Excel keeps 15 significant digits: of a longer number the rest are noughts.
_EXACT_BELOW = 1e15
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+[0-9]{2,3}")
_QUOTED_FORMULA = re.compile(r'="([^"]*)"')
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell whose true content is lost.

    Codes: `digits_lost` (a long number Excel rounded), `formula_error` (#N/A), `formula_unsaved` (no result beside it).
    """

    code: str
    text: str

    def __bool__(self) -> bool:
        return True


Cell = str | date | BadCell
"""Text (never None; '' is an empty cell), a date, a datetime without zone (a subclass of date), or a loss."""

UNSAVED_FORMULA = "#FORMULA"
"""What `safety` writes into a cell with a formula and no result; the reader of workbooks would show it as empty."""
_FORMULA_LOSSES = {
    **dict.fromkeys(
        ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA"), "formula_error"
    ),
    UNSAVED_FORMULA: "formula_unsaved",
}


def text_cell(text: str) -> Cell:
    """A text as typed: folded to half width, without outer or invisible characters; lost numbers are recognised.

    `="138…"` and `'138…`, two ways of forcing Excel to keep a number as text, give the number.
    """
    text = fold(text)
    if not text:
        return text
    first = text[0]
    if first == "=" and (match := _QUOTED_FORMULA.fullmatch(text)):
        return text_cell(match[1])
    if first == "'":
        return text[1:].strip(" ")
    if first == "#" and text in _FORMULA_LOSSES:
        return BadCell(_FORMULA_LOSSES[text], text)
    if first.isdigit() and text.isascii() and "+" in text and _SCIENTIFIC.fullmatch(text):
        return BadCell("digits_lost", text)
    return text


def number_cell(number: float) -> Cell:
    """A number as Excel shows it in a wide column: 13800000000, never 1.38e+10."""
    if abs(number) >= _EXACT_BELOW:
        return BadCell("digits_lost", f"{number:.5E}")
    return str(int(number)) if number == int(number) else f"{number:.15g}"


def cell(value: str | float | bool | date | time | timedelta) -> Cell:
    """The content of what the reader of workbooks gives for a cell."""
    if isinstance(value, str):
        return text_cell(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return number_cell(value)
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    if isinstance(value, date):
        return value
    return str(value)


def shown(content: Cell) -> str:
    """The cell as text: dates as 1990-01-31, losses as what the file shows."""
    if isinstance(content, str):
        return content
    return content.text if isinstance(content, BadCell) else content.isoformat(*_separator(content))


def _separator(content: date) -> tuple[str, ...]:
    return (" ",) if isinstance(content, datetime) else ()


def column_name(index: int) -> str:
    """`A` of 0, `AA` of 26."""
    name = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, _LETTERS)
        name = chr(ord("A") + digit) + name
    return name


def range_name(start: tuple[int, int], end: tuple[int, int]) -> str:
    """`B5:D7` of zero-based (row, column) corners."""
    return f"{column_name(start[1])}{start[0] + 1}:{column_name(end[1])}{end[0] + 1}"
