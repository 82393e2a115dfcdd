"""How far a worksheet reaches, found out before anything reserves memory for it."""

import re
from xml.parsers import expat

from .cells import column_name
from .errors import SheetError
from .limits import SheetLimits

# Cells and rows as every office program writes them, within BZ100099. Anything else is looked at closely.
# Attributes after the first must not begin with r: of two references the reader believes the second.
_MORE = rb'(?: [a-qs-z][A-Za-z]*="[^"<>]*")*+ ?/?>'
# Three searches with a literal start each are twice as fast as one with alternatives.
_UNUSUAL = (
    re.compile(rb'<c(?! r="[AB]?[A-Z](?:[0-9]{1,5}|1000[0-9]{2})"' + _MORE + rb")(?=[\s/>])"),
    re.compile(rb'<row(?! r="(?:[0-9]{1,5}|1000[0-9]{2})"' + _MORE + rb")(?=[\s/>])"),
    re.compile(rb":(?:c|row)[\s/>]"),
)
_USUAL_CELLS = 78 * 100_099
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ROW = re.compile(r"[0-9]{1,7}")
_CONTENT = frozenset({"v", "is", "f"})


def check_extent(content: bytes, limits: SheetLimits) -> None:
    """Raises `SheetError` if the rectangle of used cells in this XML is larger than the limits allow.

    Usual sheets cost one search; the exact measure of an unusual one takes about a second per million cells.
    """
    if content.count(b"<c ") > max(limits.max_cells, _USUAL_CELLS):
        raise SheetError("bomb")
    if any(unusual.search(content) for unusual in _UNUSUAL):
        _Extent(limits).measure(content)


class _Extent:
    """Follows rows and cells through the XML, with or without references, under any prefix."""

    def __init__(self, limits: SheetLimits) -> None:
        self._limits = limits
        self._most = max(limits.max_cells, _USUAL_CELLS)
        self._row = self._column = -1
        self._cells = self._rows = self._columns = 0

    def measure(self, content: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        try:
            parser.Parse(content, True)
        except expat.ExpatError as error:
            raise SheetError("damaged") from error

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in _CONTENT:
            self._use()
        elif name == "c":
            self._enter_cell(attributes.get("r"))
        elif name == "row":
            self._enter_row(attributes.get("r"))

    def _enter_row(self, number: str | None) -> None:
        if number is not None and not _ROW.fullmatch(number):
            raise SheetError("damaged")
        self._row = self._row + 1 if number is None else int(number) - 1
        self._column = -1

    def _enter_cell(self, reference: str | None) -> None:
        self._cells += 1
        if self._cells > self._most:
            raise SheetError("bomb")
        if reference is None:
            self._column += 1
        elif match := _REFERENCE.fullmatch(reference):
            self._column, self._row = _index(match[1].upper()), int(match[2]) - 1
        else:
            raise SheetError("damaged")

    def _use(self) -> None:
        self._rows = max(self._rows, self._row + 1)
        self._columns = max(self._columns, self._column + 1)
        if self._rows * self._columns <= self._most:
            return
        if self._columns > self._limits.max_columns:
            name = column_name(self._columns - 1)
            raise SheetError("too_many_columns", limit=self._limits.max_columns, column=name)
        raise SheetError("too_many_rows", limit=self._limits.max_rows, line=self._rows)


def _index(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
