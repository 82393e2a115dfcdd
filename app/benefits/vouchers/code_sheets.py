"""A sheet with the codes of a batch: one column, one code a row; what can't be taken is named by line and cell."""

import io
from collections.abc import Collection, Container
from dataclasses import dataclass

from flask_babel import gettext, lazy_gettext

from app.benefits.vouchers.batch_errors import UnreadableCodes
from app.core.modules import Text
from app.core.sheets import BadCell, SheetError, SheetLimits, read_sheet, shown
from app.core.uploads import sheet_uploads

LIMITS = SheetLimits(max_rows=100_000)
SHEETS = sheet_uploads(LIMITS.max_bytes)
HEADINGS = ("code", "券码", "票码", "兑换码")
LONGEST = 80
REASONS: dict[str, Text] = {
    "empty": lazy_gettext("The cell is empty."),
    "unreadable": lazy_gettext("Excel did not keep this code whole: format the column as text."),
    "too_long": lazy_gettext("The code is longer than 80 characters."),
    "twice": lazy_gettext("The code stands in the sheet already."),
    "taken": lazy_gettext("The code stands in another batch already."),
}


@dataclass(frozen=True, slots=True)
class CodeRefusal:
    """A row whose code can't be taken; `cell` is like A17."""

    line: int
    cell: str
    code: str

    @property
    def reason(self) -> str:
        return str(REASONS[self.code])


CodeRow = tuple[int, str]
"""A line of a sheet and the cell in it."""


@dataclass(frozen=True, slots=True)
class CodeSheet:
    """The codes of a sheet in their order with the rows they stand in, and the rows without a good one."""

    rows: dict[str, CodeRow]
    refusals: list[CodeRefusal]

    @property
    def codes(self) -> list[str]:
        return list(self.rows)

    def refuse(self, codes: Collection[str], reason: str) -> list[CodeRefusal]:
        """All refusals, those of these codes too, by their rows."""
        more = [CodeRefusal(*self.rows[code], reason) for code in codes]
        return sorted([*self.refusals, *more], key=lambda each: each.line)


def read_codes(data: bytes, filename: str) -> CodeSheet:
    """Read a sheet; raises `UnreadableCodes` for one that can't be used at all."""
    codes: dict[str, CodeRow] = {}
    refusals: list[CodeRefusal] = []
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        column = _column(sheet.headers)
        for line, cells in sheet.rows:
            code, fault = _read(cells[column], codes)
            row = line, f"{chr(ord('A') + column)}{line}"
            if fault:
                refusals.append(CodeRefusal(*row, fault))
            else:
                codes[code] = row
    except SheetError as fault:
        raise UnreadableCodes(gettext(fault.message) % fault.params, field="codes") from fault
    return CodeSheet(codes, refusals)


def _column(headers: tuple[str, ...]) -> int:
    named = [place for place, header in enumerate(headers[:26]) if header.strip().lower() in HEADINGS]
    if len(named) != 1:
        raise UnreadableCodes(field="codes")
    return named[0]


def _read(cell: object, before: Container[str]) -> tuple[str, str]:
    """The code in a cell, or what is wrong with it."""
    if isinstance(cell, BadCell):
        return "", "unreadable"
    code = shown(cell).strip()  # type: ignore[arg-type]
    if not code:
        return "", "empty"
    if len(code) > LONGEST:
        return "", "too_long"
    return code, "twice" if code in before else ""
