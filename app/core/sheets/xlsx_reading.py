"""Workbooks, read by python-calamine after `safety.repack` has looked at them."""

import tempfile
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from .cells import Cell, cell, range_name, text_cell
from .errors import SheetError
from .limits import SheetLimits
from .safety import repack
from .table import Table


def read_workbook(data: bytes, limits: SheetLimits) -> Table:
    """The first visible worksheet that has anything in it; raises `SheetError`."""
    try:
        # In a file, not in memory: the reader would copy it, and a sheet unpacks to twenty times its size.
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as packed:
            repack(data, limits, packed)
            packed.flush()
            with CalamineWorkbook.from_path(packed.name) as workbook:
                return _first_table(workbook)
    except CalamineError as error:
        raise SheetError("damaged") from error
    except BaseException as error:
        # A panic inside the reader is no `Exception`; nothing else of it may pass as one.
        if type(error).__name__ == "PanicException":
            raise SheetError("damaged") from error
        raise


def _first_table(workbook: CalamineWorkbook) -> Table:
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.end is not None:
            return _table(sheet, tuple(other for other in names if other != name))
    raise SheetError("no_table")


def _table(sheet: CalamineSheet, others: tuple[str, ...]) -> Table:
    end_row, end_column = sheet.end or (0, 0)
    merged = sorted(sheet.merged_cell_ranges or [])
    return Table(
        rows=_rows(sheet),
        last_line=end_row + 1,
        width=end_column + 1,
        name=sheet.name,
        other_sheets=others,
        check=lambda header_line: _check_merged(merged, header_line - 1, end_row),
    )


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """Every row of the worksheet from its first, with every column from A."""
    left: list[Any] = [""] * (sheet.start or (0, 0))[1]
    for line, values in enumerate(sheet.iter_rows(), start=1):
        cells = [text_cell(value) if type(value) is str else cell(value) for value in values]
        yield line, left + cells if left else cells


def _check_merged(merged: list[tuple[tuple[int, int], tuple[int, int]]], header: int, last: int) -> None:
    """Merged titles above the heading are usual and harmless; below it a merged cell stands for missing values."""
    for start, end in merged:
        if end[0] < header or start[0] > last:
            continue
        raise SheetError("merged_header" if start[0] <= header else "merged_cells", range=range_name(start, end))
