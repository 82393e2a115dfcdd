"""What a request brings."""

from io import BytesIO
from typing import IO

from app.site.door.rsgi import ServerProtocol
from app.site.front import Environ

MOST = 32 * 1024 * 1024
"""Bytes beyond which nothing is read: more than any view takes."""


async def open_body(environ: Environ, protocol: ServerProtocol) -> IO[bytes]:
    """The body of a request, whole; empty where it says that it is longer than any view takes, which Flask refuses by its length."""
    length = environ.get("CONTENT_LENGTH")
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return BytesIO()
    if length is not None and (not length.isdecimal() or not 0 < int(length) <= MOST):
        return BytesIO()
    return BytesIO(await protocol())
