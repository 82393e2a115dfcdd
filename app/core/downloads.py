"""Files for people to take away: what they are called, and workbooks made on the disk, however long they are."""

import re
import tempfile
from collections.abc import Callable
from pathlib import PurePath
from typing import IO, TypeVar
from urllib.parse import quote

from flask import Response, request, send_file
from flask.typing import ResponseReturnValue

from app.core.files import StoredFile

T = TypeVar("T")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
AN_HOUR = "private, max-age=3600"
"""How long a picture of another zone is kept: it may be taken back."""
PLAIN_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}")


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


def workbook(source: IO[bytes], title: str, plain: str) -> Response:
    """Send a workbook under this title to this reader alone; `plain` is its name in ASCII."""
    return _sent(source, WORKBOOK, f"{title}.xlsx", plain)


def csv_file(source: IO[bytes], title: str, plain: str) -> Response:
    """Send a CSV file like a workbook."""
    return _sent(source, "text/csv", f"{title}.csv", plain)


def picture(stored: StoredFile, data: bytes, width: int, *, caching: str) -> ResponseReturnValue:
    """Show a stored picture, of that width where it is narrow; who has it already is told so."""
    response = Response(data, mimetype=stored.media_type)
    response.headers["Cache-Control"] = caching
    response.set_etag(f"{stored.sha256.hex()}-{width}")
    return response.make_conditional(request)


def _sent(source: IO[bytes], kind: str, name: str, plain: str) -> Response:
    response = send_file(source, mimetype=kind)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = disposition(name, plain)
    return response


def disposition(name: str, plain: str, *, inline: bool = False) -> str:
    """A Content-Disposition with a file's name in any script (RFC 6266, RFC 8187), to be saved rather than shown.

    `plain` is the name in ASCII, without its ending, for programs that know no other.
    """
    placement = "inline" if inline else "attachment"
    ending = suffix if PLAIN_SUFFIX.fullmatch(suffix := PurePath(name).suffix) else ""
    return f"{placement}; filename=\"{plain}{ending}\"; filename*=UTF-8''{quote(name, safe='')}"
