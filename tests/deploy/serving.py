"""The real application as granian serves it behind nginx, with a layer that makes trouble when the test wants it.

`DEPLOY_TEST=careless` offers every good answer for keeping, personal ones too: the worst an application could do to a cache.
Every answer names its rendering in `X-Rendering`; `/__seen` answers what reached the application.
"""

import itertools
import os
import uuid
from asyncio import AbstractEventLoop
from collections.abc import AsyncIterator, Awaitable

from flask import Response, jsonify, request

from app.core.config import load_settings
from app.factory import create_app
from app.site.door.door import Door
from app.site.door.rsgi import Headers, Scope, ServerProtocol, Stream

renderings = itertools.count(1)
is_careless = os.environ.get("DEPLOY_TEST") == "careless"
process = uuid.uuid4().hex[:6]


class Troubled:
    """The application behind its door, with more said and less care taken."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def __rsgi_init__(self, loop: AbstractEventLoop) -> None:
        self._door.__rsgi_init__(loop)

    async def __rsgi__(self, asked: Scope, protocol: ServerProtocol) -> None:
        await self._door.__rsgi__(asked, _Careless(protocol))


class _Careless:
    """The server's side of one request, where answers are changed on their way."""

    def __init__(self, protocol: ServerProtocol) -> None:
        self._protocol = protocol

    def __call__(self) -> Awaitable[bytes]:
        return self._protocol()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._protocol)

    def response_empty(self, status: int, headers: Headers) -> None:
        self._protocol.response_empty(status, _changed(status, headers))

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        self._protocol.response_bytes(status, _changed(status, headers), body)

    def response_stream(self, status: int, headers: Headers) -> Stream:
        return self._protocol.response_stream(status, _changed(status, headers))


def _changed(status: int, headers: Headers) -> Headers:
    headers = [*headers, ("X-Rendering", f"{process}-{next(renderings)}")]
    if is_careless and status == 200:
        headers = [each for each in headers if each[0].lower() not in ("cache-control", "vary")]
        headers.append(("Cache-Control", "public, max-age=0, s-maxage=1"))
    return headers


def _show_what_was_seen() -> Response | None:
    if request.path != "/__seen":
        return None
    return jsonify(
        address=request.remote_addr, host=request.host, is_secure=request.is_secure, headers=dict(request.headers)
    )


settings = load_settings()
app = create_app(settings)
app.before_request_funcs.setdefault(None, []).insert(0, _show_what_was_seen)
door = Troubled(Door(app, settings.web_threads))
