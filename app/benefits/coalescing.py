"""Many requests, one transaction: what members ask for at the same moment is done together in the loop of the process.

A hot campaign has one row everybody needs. Taken one by one, each transaction waits for the commit of the one before; taken
together, as many as wait are done by one statement and one commit, and each is answered after it. While a group waits for the
database the loop takes in who comes next.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from app.core.early_posts import LONGEST_WAIT, Steps, at_last
from app.core.errors import DomainError
from app.core.loops import the_loop
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db, end_reading
from tenants.waiting import in_steps

MOST_WAITING = 5_000
"""Members who wait in one process; more are asked to come back in a moment."""
AT_ONCE = 500
COMING, MOST_LOOKS = 0.001, 16
"""Seconds between two looks at who waits, and how many there are: as long as more come, a group of all costs less than one of a few."""

Do = Callable[[Any, Sequence[Any]], Sequence[Any]]


class Crowded(DomainError):
    """So many ask at this moment that no more can wait; who asks again learns whether it was done after all."""

    status = 503
    code = "benefits-crowded"
    message = _("Very many are here at this moment. Nothing is lost: please try again in a few seconds.")


@dataclass(slots=True, eq=False)
class _Wish:
    """What one member asks, and what becomes of it: coming until there is an answer, or the fault that is one.

    The lock is held as long; who does not want to stand there is called instead.
    """

    app: Flask
    zone: ZoneFacts
    subject: Hashable
    asked: Any
    is_told: bool = False
    is_given_up: bool = False
    _answer: Any = None
    _fault: BaseException | None = None
    _call: Callable[[], None] | None = None
    _telling: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._telling.acquire()

    def tell(self, answer: Any = None, fault: BaseException | None = None) -> None:
        self._answer, self._fault = answer, fault
        self.is_told = True
        self._telling.release()
        if self._call is not None:
            self._call()

    def when_told(self, call: Callable[[], None]) -> None:
        self._call = call
        if self.is_told:
            call()

    def wait(self) -> None:
        if not self._telling.acquire(timeout=LONGEST_WAIT):
            self.give_up()

    def give_up(self) -> None:
        self.is_given_up = True

    def result(self) -> Any:
        """The answer. Raises the fault, or `Crowded` where it was given up before it came."""
        if not self.is_told:
            raise Crowded
        if self._fault is not None:
            raise self._fault
        return self._answer


class Coalescer:
    """Does `do(subject, asked)` for all who ask about one subject of one zone at the same time, and answers each of them.

    `do` runs on the worker plane as `actor` in a transaction of its own and returns one answer for each ask, in order; what it
    raises is raised to everybody of that transaction, of which nothing is kept. Any number of processes may do so side by side.
    """

    def __init__(self, do: Do) -> None:
        self._do = do
        self._actor = Actor(name="system")
        self._waiting: deque[_Wish] = deque()
        self._is_serving = False
        self._looking = threading.Lock()

    def ask(self, subject: Hashable, asked: Any) -> Any:
        """Wait until it is done and committed, and return the answer. Raises `Crowded`, and what `do` raises."""
        return at_last(self.asking(subject, asked))

    def asking(self, subject: Hashable, asked: Any) -> Steps[Any]:
        """Ask, hand over the answer that comes, and return it once it is done and committed. Raises `Crowded`, and what `do` raises.

        Commits the running transaction first, which should only have read: who waits holds no connection that a group needs.
        """
        end_reading()
        wish = _Wish(current_app._get_current_object(), current_zone(), subject, asked)  # type: ignore[attr-defined]  # noqa: SLF001
        with self._looking:
            if len(self._waiting) >= MOST_WAITING:
                raise Crowded
            self._waiting.append(wish)
            begins, self._is_serving = not self._is_serving, True
        if begins:
            the_loop().call_soon_threadsafe(self._begin, context=Context())  # in nobody's scope
        yield wish
        return wish.result()

    def _begin(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._serve())  # a loop itself holds its tasks weakly

    async def _serve(self) -> None:
        """Serve group after group until nobody waits."""
        while taken := await self._gathered():
            alive = [wish for wish in taken if not wish.is_given_up]
            alive.sort(key=_subject)  # stable: of one subject in the order in which they came
            for _key, group in groupby(alive, key=_subject):
                await in_steps(self._together, list(group))

    async def _gathered(self) -> list[_Wish]:
        """Those who wait, after a moment for those who come with them; nobody once nobody waits."""
        there = 0
        for _look in range(MOST_LOOKS):
            if there == (there := len(self._waiting)):
                break
            await asyncio.sleep(COMING)
        return self._take()

    def _take(self) -> list[_Wish]:
        """Those who wait, at most as many as the database is asked for at once."""
        with self._looking:
            taken = [self._waiting.popleft() for _ in range(min(len(self._waiting), AT_ONCE))]
            self._is_serving = bool(taken)
        return taken

    def _together(self, group: list[_Wish]) -> None:
        first = group[0]
        try:
            with first.app.app_context(), scope(Plane.WORKER, zone=first.zone, actor=self._actor):
                answers = self._do(first.subject, [wish.asked for wish in group])
                db.session.commit()
            told = list(zip(group, answers, strict=True))
        except BaseException as fault:  # noqa: BLE001 - whoever asked is told, whatever it was
            for wish in group:
                wish.tell(fault=fault)
            return
        for wish, answer in told:
            wish.tell(answer)


def _subject(wish: _Wish) -> tuple[str, str]:
    return str(wish.zone.id), str(wish.subject)
