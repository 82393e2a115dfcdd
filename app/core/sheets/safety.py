"""A workbook's archive, checked member by member and packed anew, so that what was checked is exactly what is read.

The reader of workbooks trusts numbers inside the file: it reserves memory for as many shared strings as a header
claims, and for the whole rectangle up to the last used cell. Either ends the process; both are refused here.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from .cells import UNSAVED_FORMULA
from .errors import SheetError
from .extent import check_extent
from .limits import MB, SheetLimits

_READ = (".xml", ".rels")
_STRING_TABLE = re.compile(rb"<(?:[^\s<>/:]+:)?sst(?=[\s/>])[^>]*>")
# A cell of a formula and no result, as programs that can't calculate write it; "" is the result of a text formula.
_BARE_FORMULA = re.compile(
    rb"<((?:[^\s<>/:]+:)?)c((?:\s[^<>]*)?)>\s*(<\1f(?:\s[^<>]*)?(?:/>|>[^<]*</\1f>))\s*"
    rb"(<\1v\s*(?:/>|>\s*</\1v>))?\s*</\1c>"
)
_FORMULA = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")
_TYPE = re.compile(rb"""\st\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_COUNTS = re.compile(rb"""\s(?:count|uniqueCount)\s*=\s*(?:"[^"]*"|'[^']*')""")
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, IndexError)


def repack(data: bytes, limits: SheetLimits, target: IO[bytes]) -> None:
    """Writes the XML members of a workbook into a fresh, uncompressed archive.

    Raises `SheetError`: `damaged`, `encrypted`, `macros`, `binary_workbook`, `not_a_sheet`, `external_links`, `bomb`,
    `too_many_rows`, `too_many_columns`.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
            members = source.infolist()
            _check_directory(members, limits)
            for name, content in _contents(source, members):
                _check_member(name, content, limits)
                packed.writestr(name, _disarm(content))
    except SheetError:
        raise
    except _FAULTS as error:
        raise SheetError("damaged") from error


def _check_directory(members: list[zipfile.ZipInfo], limits: SheetLimits) -> None:
    names = [member.filename.lower().replace("\\", "/").lstrip("/") for member in members]
    if any(member.flag_bits & 1 for member in members):
        raise SheetError("encrypted")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names):
        raise SheetError("macros")
    if any(name.startswith("xl/externallinks/") for name in names):
        raise SheetError("external_links")
    if "xl/workbook.bin" in names:
        raise SheetError("binary_workbook")
    if "xl/workbook.xml" not in names:
        raise SheetError("not_a_sheet")
    if len(set(names)) != len(names):
        raise SheetError("damaged")
    if len(members) > limits.max_members or sum(member.file_size for member in members) > limits.max_unpacked:
        raise SheetError("bomb")
    for member in members:
        if member.file_size > max(MB, member.compress_size * limits.max_ratio):
            raise SheetError("bomb")


def _contents(source: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Iterator[tuple[str, bytes]]:
    """The members a reader needs, unpacked no further than the size they declare, whatever their streams hold."""
    for member in members:
        if member.filename.lower().endswith(_READ):
            with source.open(member) as stream:
                # Without a size `ZipExtFile` unpacks the whole stream first and cuts it afterwards.
                yield member.filename, stream.read(member.file_size + 1)


def _check_member(name: str, content: bytes, limits: SheetLimits) -> None:
    # XML in UTF-16 and document types are legal XML that no office program writes into a workbook.
    if b"\x00" in content or b"<!DOCTYPE" in content:
        raise SheetError("damaged")
    if name.lower() == "[content_types].xml" and b"macroEnabled" in content:
        raise SheetError("macros")
    if content.count(b"<si") + content.count(b":si") > limits.max_cells:
        raise SheetError("bomb")
    check_extent(content, limits)


def _disarm(content: bytes) -> bytes:
    """Without claimed counts; with formula errors and formulas without a result as text, because the reader shows them as
    empty cells."""
    if any(mark in content for mark in _FORMULA):
        content = _BARE_FORMULA.sub(_named, content)
    if b"sst" in content and (table := _STRING_TABLE.search(content)):
        content = content[: table.start()] + _COUNTS.sub(b"", table[0]) + content[table.end() :]
    return content.replace(b' t="e"', b' t="str"') if b' t="e"' in content else content


def _named(cell: re.Match[bytes]) -> bytes:
    """A cell of a formula without a result says so."""
    prefix, attributes, formula, value = cell.groups()
    kind = _TYPE.search(attributes)
    if value is not None and kind is not None and b"str" in kind.groups():
        return cell[0]
    attributes = _TYPE.sub(b"", attributes) + b' t="str"'
    text = UNSAVED_FORMULA.encode()
    return b"<%bc%b>%b<%bv>%b</%bv></%bc>" % (prefix, attributes, formula, prefix, text, prefix, prefix)
