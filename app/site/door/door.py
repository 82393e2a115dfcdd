"""Who goes where: to an answer from memory, or to a thread."""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import structlog
from flask import Flask

from app.core.early_posts import LONGEST_WAIT, Coming
from app.core.loops import leave_loop, use_loop
from app.site.door.answers import send_whole
from app.site.door.bodies import longest_of, read_body
from app.site.door.environ import environ_of
from app.site.door.rsgi import Scope, ServerProtocol
from app.site.door.threads import Threads
from app.site.front import Answer, Environ
from app.site.layers import EXTENSION, Layers
from tenants.database import never_wait_here

log = structlog.get_logger()


class Door:
    """The application as granian serves it: `granian --interface rsgi wsgi:door`."""

    def __init__(self, app: Flask, threads: int) -> None:
        self._layers: Layers = app.extensions[EXTENSION]
        self._longest = longest_of(app)
        self._threads = Threads(threads)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="change-feed")
        self._is_read = False

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        never_wait_here()
        use_loop(loop)
        self._told = _Told(loop)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        self._reader.shutdown()
        self._threads.end()
        leave_loop()

    async def __rsgi__(self, asked: Scope, protocol: ServerProtocol) -> None:
        environ = self._layers.as_proxies_say(environ_of(asked))
        with await read_body(environ, protocol, self._longest) as environ["wsgi.input"]:
            answer = await self._answer_here(environ)
            if answer is None:
                await self._threads.run(self._layers.behind(environ), environ, protocol)
            else:
                status, headers, body = answer
                send_whole(protocol, status, headers, b"".join(body))

    async def _answer_here(self, environ: Environ) -> Answer | None:
        """What there is to say without a thread; None where it needs one."""
        if self._layers.front.is_due and not self._is_read:
            await self._read_feed()
        try:
            if environ["REQUEST_METHOD"] != "POST":
                return self._layers.pages.find(environ)
            doing = self._layers.posts.begin(environ)
            while doing is not None and doing.coming is not None:
                await self._told.once(doing.coming)
                doing.go_on()
        except Exception:
            log.exception("the door failed", path=environ["PATH_INFO"])
            return None
        return doing.answer if doing is not None else None

    async def _read_feed(self) -> None:
        """Have the change feed read; who comes meanwhile is answered by what is known."""
        self._is_read = True
        try:
            await asyncio.get_running_loop().run_in_executor(self._reader, self._layers.front.refresh)
        finally:
            self._is_read = False


class _Told:
    """Wakes those who wait for an answer of another thread: all who were told since it last looked, at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._told: deque[asyncio.Future[None]] = deque()
        self._is_called = False

    async def once(self, coming: Coming) -> None:
        """Wait until it is told, or for as long as anybody waits."""
        waiter = self._loop.create_future()
        coming.when_told(partial(self._tell, waiter))
        patience = self._loop.call_later(LONGEST_WAIT, self._give_up, coming, waiter)
        await waiter
        patience.cancel()

    def _tell(self, waiter: asyncio.Future[None]) -> None:
        """From any thread."""
        self._told.append(waiter)
        if not self._is_called:
            self._is_called = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._is_called = False
        while self._told:
            waiter = self._told.popleft()
            if not waiter.done():
                waiter.set_result(None)

    def _give_up(self, coming: Coming, waiter: asyncio.Future[None]) -> None:
        coming.give_up()
        if not waiter.done():
            waiter.set_result(None)
