"""Sheets people send and get: XLSX and CSV in, XLSX out. Whatever is sent is hostile until it was looked at."""

from .cells import BadCell, Cell, shown
from .errors import SheetError
from .limits import SheetLimits
from .reading import Row, Sheet, read_sheet
from .writing import write_sheet

__all__ = ["BadCell", "Cell", "Row", "Sheet", "SheetError", "SheetLimits", "read_sheet", "shown", "write_sheet"]
