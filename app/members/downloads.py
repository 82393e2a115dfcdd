"""Workbooks for people to take away, made on the disk: however long they are, memory holds a page of them."""

import tempfile
from collections.abc import Callable
from typing import IO, TypeVar

from flask import Response, send_file

T = TypeVar("T")
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def in_file(write: Callable[[IO[bytes]], T]) -> tuple[IO[bytes], T]:
    """A nameless file with what `write` put into it, and what it returned."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the response that sends it
    try:
        told = write(target)
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target, told


def download(source: IO[bytes], name: str) -> Response:
    """Send a workbook as a file of this name."""
    return send_file(source, mimetype=SHEET, as_attachment=True, download_name=f"{name}.xlsx")
