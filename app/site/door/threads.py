"""The few threads that render pages and ask the database, each one request at a time, through a WSGI application."""

import asyncio
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import chain
from typing import Any

from app.site.door.answers import send_whole
from app.site.door.rsgi import ProtocolClosed, ServerProtocol
from app.site.front import Environ, Headers, WsgiApp

PIECE = 256 * 1024
"""Bytes of a long answer that are sent at once, at least."""


class Threads:
    """Runs requests and answers them, `number` at a time; who comes meanwhile waits in the order of coming."""

    def __init__(self, number: int) -> None:
        self._pool = ThreadPoolExecutor(number, thread_name_prefix="web")

    def end(self) -> None:
        """Once what runs is answered."""
        self._pool.shutdown()

    async def run(self, wsgi_app: WsgiApp, environ: Environ, protocol: ServerProtocol) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._pool, _Request(wsgi_app, environ, protocol, loop).answer)


class _Request:
    """One request in its thread."""

    def __init__(
        self, wsgi_app: WsgiApp, environ: Environ, protocol: ServerProtocol, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._wsgi_app, self._environ, self._protocol, self._loop = wsgi_app, environ, protocol, loop
        self._status, self._headers = "", []

    def answer(self) -> None:
        said = self._wsgi_app(self._environ, self._start)
        try:
            pieces = _gathered(said)
            first, second = next(pieces, b""), next(pieces, None)
            if second is None:
                send_whole(self._protocol, self._status, self._headers, first)
            else:
                self._stream(first, second, pieces)
        finally:
            if close := getattr(said, "close", None):
                close()

    def _start(self, status: str, headers: Headers, *_failed: Any) -> None:
        self._status, self._headers = status, headers

    def _stream(self, first: bytes, second: bytes, others: Iterator[bytes]) -> None:
        """Send piece after piece, each once the one before is on its way."""
        stream = self._protocol.response_stream(int(self._status[:3]), self._headers)

        async def send(piece: bytes) -> None:
            await stream.send_bytes(piece)

        with suppress(ProtocolClosed):  # nobody listens any more
            for piece in chain((first, second), others):
                asyncio.run_coroutine_threadsafe(send(piece), self._loop).result()


def _gathered(said: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces that are worth sending."""
    kept: list[bytes] = []
    size = 0
    for each in said:
        kept.append(each)
        size += len(each)
        if size >= PIECE:
            yield b"".join(kept)
            kept, size = [], 0
    if kept:
        yield b"".join(kept)
