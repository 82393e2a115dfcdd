"""What a request brings, read before a thread is asked: no slow sender keeps one waiting."""

from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Flask

from app.core.uploads import uploads_of
from app.site.door.rsgi import ServerProtocol
from app.site.front import Environ

IN_MEMORY = 256 * 1024
"""Bytes of a body; a longer one is written to a file that has no name."""


def longest_of(app: Flask) -> int:
    """Bytes of the longest body that any view takes."""
    uploads = [found for view in app.view_functions.values() if (found := uploads_of(view))]
    return max(app.config["MAX_CONTENT_LENGTH"], *(each.body_bytes for each in uploads))


async def read_body(environ: Environ, protocol: ServerProtocol, longest: int) -> IO[bytes]:
    """The body of a request, to be closed by the caller.

    Of one that says it is longer than `longest` nothing is read, of one that only turns out to be so little more: Flask refuses it.
    """
    said = environ.get("CONTENT_LENGTH")
    length = int(said) if said is not None and said.isdecimal() else None
    if length == 0 or (length is None and "HTTP_TRANSFER_ENCODING" not in environ) or (length or 0) > longest:
        return BytesIO()
    if length is not None and length <= IN_MEMORY:
        return BytesIO(await protocol())
    body = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - the caller closes it
    async for piece in protocol:
        body.write(piece)
        if body.tell() > longest:
            break
    body.seek(0)
    return body
