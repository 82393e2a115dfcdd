"""Many requests, one transaction: what members ask for at the same moment is done together by one thread of the process.

A hot campaign has one row everybody needs. Taken one by one, each transaction waits for the commit of the one before; taken
together, as many as wait are done by one statement and one commit, and each is answered after it.
"""

import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from queue import Empty, SimpleQueue
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from app.core.early_posts import LONGEST_WAIT, Steps, at_last
from app.core.errors import DomainError
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db, end_reading

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

    def __init__(self, name: str, do: Do) -> None:
        self._name, self._do = name, do
        self._actor = Actor(name="system")
        self._waiting: SimpleQueue[_Wish] = SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self, subject: Hashable, asked: Any) -> Any:
        """Wait until it is done and committed, and return the answer. Raises `Crowded`, and what `do` raises."""
        return at_last(self.asking(subject, asked))

    def asking(self, subject: Hashable, asked: Any) -> Steps[Any]:
        """Ask, hand over the answer that comes, and return it once it is done and committed. Raises `Crowded`, and what `do` raises.

        Commits the running transaction first, which should only have read: who waits holds no connection that the thread needs.
        """
        end_reading()
        if self._waiting.qsize() >= MOST_WAITING:
            raise Crowded
        wish = _Wish(current_app._get_current_object(), current_zone(), subject, asked)  # type: ignore[attr-defined]  # noqa: SLF001
        self._waiting.put(wish)
        self._start()
        yield wish
        return wish.result()

    def _start(self) -> None:
        """Have the thread run: it is begun by the first who asks, and again in a process that was forked from this one."""
        if self._thread is None or not self._thread.is_alive():
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        while True:
            alive = [wish for wish in self._take() if not wish.is_given_up]
            alive.sort(key=_subject)  # stable: of one subject in the order in which they came
            for _key, group in groupby(alive, key=_subject):
                self._together(list(group))

    def _take(self) -> list[_Wish]:
        """Those who wait; waits for the first, and a moment for those who come with them."""
        taken, there = [self._waiting.get()], -1
        for _look in range(MOST_LOOKS):
            if there == (there := self._waiting.qsize()):
                break
            time.sleep(COMING)
        try:
            while len(taken) < AT_ONCE:
                taken.append(self._waiting.get_nowait())
        except Empty:
            pass
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
