"""Files as people and attackers send them, made on the spot."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable

import xlsxwriter

HEADERS = ["姓名", "手机号", "身份证号"]
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def workbook(fill: Callable | None = None, rows: list | None = None) -> bytes:
    """A workbook of one worksheet; `fill(workbook, sheet)` writes what rows can't express."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_numbers": False, "strings_to_formulas": False})
    sheet = book.add_worksheet("花名册")
    for number, row in enumerate(rows or []):
        sheet.write_row(number, 0, row)
    if fill:
        fill(book, sheet)
    book.close()
    return stream.getvalue()


def changed(data: bytes, change: dict[str, Callable[[bytes], bytes] | bytes | None]) -> bytes:
    """The archive with members replaced, added, or (None) left out."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in dict.fromkeys([*source.namelist(), *change]):
            new = change.get(name, lambda content: content)
            if callable(new):
                new = new(source.read(name))
            if new is not None:
                target.writestr(name, new)
    return result.getvalue()


def with_sheet_text(data: bytes, old: str, new: str, member: str = SHEET) -> bytes:
    """One text within a member replaced; the text must be there."""

    def swap(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return changed(data, {member: swap})


def without_references(data: bytes) -> bytes:
    return changed(data, {SHEET: lambda content: re.sub(rb"<(c|row) r=\"\w+\"", rb"<\1", content)})


def with_prefix(data: bytes) -> bytes:
    def prefix(content: bytes) -> bytes:
        content = re.sub(rb"<(/?)(worksheet|sheetData|row|c|v|f)(?=[ >/])", rb"<\1x:\2", content)
        return content.replace(b"xmlns=", b"xmlns:x=", 1)

    return changed(data, {SHEET: prefix})


def bomb(megabytes: int = 150) -> bytes:
    """A workbook whose worksheet is mostly spaces: a few hundred KB unpacking to `megabytes`."""
    return changed(workbook(rows=[HEADERS]), {SHEET: lambda content: content + b" " * (megabytes * 1024 * 1024)})


def lying_bomb(megabytes: int = 150) -> bytes:
    """The same, declaring in both directories that the member has 1,000 bytes."""
    data = bytearray(bomb(megabytes))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo(SHEET).file_size.to_bytes(4, "little")
    assert data.count(size) == 2
    return bytes(data.replace(size, (1_000).to_bytes(4, "little")))


def truthful_crc_bomb() -> bytes:
    """A member declaring 1,000 bytes and their checksum, whose stream goes on for 150 MB."""
    whole = workbook(rows=[HEADERS])
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        content = archive.read(SHEET)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    stream = packer.compress(content + b" " * (150 * 1024 * 1024)) + packer.flush()
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, stream if name == SHEET else source.read(name), zipfile.ZIP_STORED)
    data = bytearray(result.getvalue())
    method, crc, size = (zlib.crc32(stream), zlib.crc32(content), len(content))
    data = data.replace(method.to_bytes(4, "little"), crc.to_bytes(4, "little"))
    packed = len(stream).to_bytes(4, "little")
    data = data.replace(packed + packed, packed + size.to_bytes(4, "little"))
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        for match in list(re.finditer(re.escape(signature), data)):
            name_at = match.start() + (30 if signature == b"PK\x03\x04" else 46)
            if data[name_at : name_at + len(SHEET)] == SHEET.encode():
                data[match.start() + offset : match.start() + offset + 2] = (8).to_bytes(2, "little")
    return bytes(data)


def old_excel(encrypted: bool = False) -> bytes:
    """The head of an OLE container, as .xls files and encrypted workbooks have it."""
    name = "EncryptedPackage" if encrypted else "Workbook"
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + name.encode("utf-16-le") + b"\x00" * 100
