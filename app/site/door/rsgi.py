"""What the server (granian) hands over for each request, as its interface RSGI has it."""

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol

from granian import rsgi

Headers = list[tuple[str, str]]
ProtocolClosed: type[RuntimeError] = rsgi.ProtocolClosed  # pyright: ignore[reportPrivateImportUsage]
"""Whoever asked listens no more."""


class Received(Protocol):
    """The headers that were received; names in small letters, each as often as it was sent."""

    def items(self) -> Headers: ...


class Scope(Protocol):
    """What was asked; `path` is decoded, `client` and `server` are address and port."""

    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str

    @property
    def headers(self) -> Received: ...


class Stream(Protocol):
    """An answer under way."""

    async def send_bytes(self, data: bytes) -> None:
        """Raises `ProtocolClosed` where nobody listens any more."""


class ServerProtocol(Protocol):
    """The body that comes, whole or piece by piece, and the ways to answer."""

    def __call__(self) -> Awaitable[bytes]: ...

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_stream(self, status: int, headers: Headers) -> Stream: ...
