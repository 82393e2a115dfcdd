"""Which handlers and periodic jobs exist, filled by the decorators when a part's `jobs.py` is imported at boot."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel.speaklater import LazyString

Text = str | LazyString
Function = TypeVar("Function", bound=Callable[..., Any])
_NAME = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_.-]*")


class Lane(StrEnum):
    """Which queue a job waits in. What takes more than about 0.2 seconds waits in `LONG`, so `QUICK` stays quick."""

    QUICK = "quick"
    LONG = "long"


@dataclass(frozen=True, slots=True)
class Handler:
    """What runs an outbox event of one kind; `title` says to staff what it does.

    `on_dead(payload)` runs in the transaction that gives the event up, `on_retry(payload)` in the one in which staff
    call it back.
    """

    name: str
    function: Callable[..., Any]
    lane: Lane = Lane.QUICK
    even_closed: bool = False
    on_dead: Callable[[dict[str, Any]], None] | None = None
    on_retry: Callable[[dict[str, Any]], None] | None = None
    title: Text = ""

    @property
    def part(self) -> str:
        """The service or module it belongs to; a module's switch holds for its jobs too."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job that is due once in every slot of `every`, in each open zone that uses `module` (if it names one), or also
    in closed zones."""

    name: str
    every: timedelta
    module: str | None
    even_closed: bool = False


handlers: dict[str, Handler] = {}
periodics: dict[str, Periodic] = {}


def register(handler: Handler) -> None:
    """Add a handler; raises `ValueError` for a name that is malformed or taken by another function."""
    if not _NAME.fullmatch(handler.name):
        raise ValueError(f"a job is called <part>.<name>, not {handler.name!r}")
    known = handlers.get(handler.name)
    if known is not None and known.function.__qualname__ != handler.function.__qualname__:
        raise ValueError(f"two jobs are called {handler.name!r}")
    handlers[handler.name] = handler


def job(
    name: str,
    *,
    title: Text = "",
    lane: Lane = Lane.QUICK,
    even_closed: bool = False,
    on_dead: Callable[[dict[str, Any]], None] | None = None,
) -> Callable[[Function], Function]:
    """Make a function the handler of outbox events of kind `name`; it gets the payload as keyword arguments.

    It runs in `scope(Plane.WORKER, zone)` and in one transaction with the mark that the event is done: it never
    commits itself, except through `checkpoint()`. It may run again after a crash, so what it does outside the database
    must be safe to repeat. A zone that is closed or has switched the module off keeps its events waiting, unless
    `even_closed`. `title` and `on_dead` as in `Handler`.
    """

    def decorate(function: Function) -> Function:
        register(Handler(name, function, lane, even_closed, on_dead, title=title))
        return function

    return decorate


def periodic(
    name: str,
    *,
    title: Text = "",
    every: timedelta,
    module: str | None = None,
    lane: Lane = Lane.QUICK,
    even_closed: bool = False,
) -> Callable[[Function], Function]:
    """Make a function run without arguments once in every slot of `every`, in each open zone that uses `module`; with
    `even_closed` in every zone that is not yet a tombstone.

    Slots are counted from midnight in China. A zone in which the last run still waits is passed over; slots in which
    no scheduler ran are not made up for.
    """
    if every < timedelta(seconds=1):
        raise ValueError(f"{name}: a periodic job runs at most once a second")

    def decorate(function: Function) -> Function:
        register(Handler(name, function, lane=lane, even_closed=even_closed, title=title))
        periodics[name] = Periodic(name, every, module, even_closed)
        return function

    return decorate
