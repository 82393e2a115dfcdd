"""Waiting for the database: work in a thread stands still meanwhile, work in an event loop lets the loop go on.

Nothing but the waiting differs: it is the same session, engine and pool.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.waiting import wait_async
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.util.concurrency import await_, greenlet_spawn, in_greenlet

LOOKS = 0.1
"""Seconds between two looks of who waits at whether it is to end."""

T = TypeVar("T")


async def in_steps(work: Callable[..., T], *given: Any) -> T:
    """Do in this event loop what is written as for a thread: wherever it waits for the database the loop does other things."""
    return await greenlet_spawn(work, *given)


def is_in_steps() -> bool:
    """Whether what runs was begun by `in_steps`."""
    return in_greenlet()


class SteppingConnection(psycopg.Connection[Any]):
    """A connection whose every wait comes to `wait`."""

    def wait(self, gen: PQGen[T], interval: float = LOOKS, timeout: float | None = None) -> T:
        if is_in_steps():
            return await_(wait_async(gen, self.pgconn.socket, interval, timeout))
        return super().wait(gen, interval, timeout)


def wait_in_steps(engine: Engine) -> None:
    """Have the engine's connections wait so. Opening one goes to a thread: a server that is away may take its time to refuse."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, args: Any, named: dict[str, Any]) -> SteppingConnection:
        if is_in_steps():
            return await_(asyncio.to_thread(SteppingConnection.connect, *args, **named))
        return SteppingConnection.connect(*args, **named)
