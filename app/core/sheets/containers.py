"""What a file is by its content. Its name only has to agree."""

from pathlib import PurePath
from typing import Literal

from .errors import SheetError

Kind = Literal["workbook", "text"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXPECTED: dict[str, Kind] = {".xlsx": "workbook", ".csv": "text", ".txt": "text", ".tsv": "text"}
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<script", b"<style", b"<div")
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def kind_of(data: bytes, filename: str) -> Kind:
    """What `data` is; raises `SheetError` if that is nothing readable or differs from what `filename` says."""
    if not data.strip(b"\x00\t\r\n "):
        raise SheetError("empty")
    extension = PurePath(filename).suffix.lower()
    kind = _by_content(data)
    if extension == ".xlsm":
        raise SheetError("macros")
    if extension not in _EXPECTED:
        raise SheetError("extension", extension=extension or filename)
    if _EXPECTED[extension] != kind:
        raise SheetError("other_kind", extension=extension)
    return kind


def _by_content(data: bytes) -> Kind:
    if data.startswith(_ZIP):
        return "workbook"
    if data.startswith(_OLE):
        # Excel wraps an encrypted workbook into the old container, under this name in UTF-16.
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        raise SheetError("encrypted" if encrypted else "old_excel")
    start = data[:512].lstrip(b"\xef\xbb\xbf\t\r\n ").lower()
    if start.startswith(_MARKUP):
        raise SheetError("web_page")
    if b"\x00" in data and not data.startswith(_WIDE):
        raise SheetError("not_a_sheet")
    if any(byte < 32 and byte not in b"\t\n\r\f\x1a\x1b\x0b" for byte in data[:64]) and not data.startswith(_WIDE):
        raise SheetError("not_a_sheet")
    if start.startswith(
        (b"%pdf", b"{\\rtf", b"\x89png", b"gif8", b"\xff\xd8\xff", b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")
    ):
        raise SheetError("not_a_sheet")
    return "text"
