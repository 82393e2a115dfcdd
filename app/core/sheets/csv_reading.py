"""CSV as Excel, WPS and Chinese business systems write it: UTF-8 or GB18030, with comma, semicolon or tab."""

import codecs
import csv
import io
from collections.abc import Iterator

from .cells import Cell, text_cell
from .errors import SheetError
from .table import Table

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t"
_SAMPLE_LINES = 20


def read_csv(data: bytes) -> Table:
    """The table in `data`; raises `SheetError`: `encoding` at once, `quotes` while it is iterated."""
    text = _decode(data)
    text, delimiter = _delimiter(text)
    return Table(rows=_lines(text, delimiter), last_line=text.count("\n") + 1)


def _decode(data: bytes) -> str:
    """Without a mark, GB18030 is what is left when the bytes are no UTF-8: it hardly ever is by accident."""
    marked = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetError("encoding")


def _delimiter(text: str) -> tuple[str, str]:
    """The text without Excel's `sep=;` line, and what separates its cells: what most of its first lines agree on."""
    first, _, rest = text.partition("\n")
    if first[:4].lower() == "sep=" and first[4:5] in _DELIMITERS and not first[5:].strip("\r,;\t"):
        return "\n" + rest, first[4]  # the line stays, empty, so that line numbers stay true
    sample = [_unquoted(line) for line in text[:20_000].splitlines()[:_SAMPLE_LINES]]

    def agreement(mark: str) -> tuple[int, int]:
        return sum(mark in line for line in sample), sum(line.count(mark) for line in sample)

    return text, max(_DELIMITERS, key=agreement)


def _unquoted(line: str) -> str:
    """The line without what stands between quotation marks."""
    return "".join(line.split('"')[::2])


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for fields in reader:
            yield line, [text_cell(field) if field else field for field in fields]
            line = reader.line_num + 1
    except csv.Error as error:
        raise SheetError("quotes", line=line) from error
