"""What a request brings, read as it comes: nothing that no view asks for is kept in memory."""

import asyncio
from io import BufferedReader, BytesIO, RawIOBase
from typing import IO, Any

from app.site.door.rsgi import ServerProtocol
from app.site.front import Environ

READ_AT_ONCE = 64 * 1024
"""Bytes of a body that is read before a thread is asked: no slow sender keeps one waiting for so little."""


async def open_body(environ: Environ, protocol: ServerProtocol) -> IO[bytes]:
    """The body of a request, to be read by one thread; a short one is here already."""
    length = environ.get("CONTENT_LENGTH")
    if length is None and "HTTP_TRANSFER_ENCODING" not in environ:
        return BytesIO()
    if length is not None and length.isdecimal() and int(length) <= READ_AT_ONCE:
        return BytesIO(await protocol() if int(length) else b"")
    return BufferedReader(_Coming(asyncio.get_running_loop(), protocol), READ_AT_ONCE)


class _Coming(RawIOBase):
    """A body whose pieces are fetched from the server's thread when they are asked for."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: ServerProtocol) -> None:
        self._loop, self._pieces = loop, aiter(protocol)
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._piece:
            piece = asyncio.run_coroutine_threadsafe(self._next(), self._loop).result()
            if piece is None:
                return 0
            self._piece = memoryview(piece)
        taken = self._piece[: len(buffer)]
        buffer[: len(taken)] = taken
        self._piece = self._piece[len(taken) :]
        return len(taken)

    async def _next(self) -> bytes | None:
        return await anext(self._pieces, None)
