"""Many requests, one transaction: what members ask for at the same moment is done together by one thread of the process.

A hot campaign has one row everybody needs. Taken one by one, each transaction waits for the commit of the one before; taken
together, as many as wait are done by one statement and one commit, and each is answered after it.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from itertools import groupby
from typing import Any

from flask import Flask, current_app
from flask_babel import lazy_gettext as _

from app.core.errors import DomainError
from tenants.context import Actor, Plane, ZoneFacts, current_zone, scope
from tenants.database import db, end_reading

MOST_WAITING = 5_000
"""Members who wait in one process; more are asked to come back in a moment."""
AT_ONCE = 500
LONGEST_WAIT = 20.0
"""Seconds."""

Do = Callable[[Any, Sequence[Any]], Sequence[Any]]


class Crowded(DomainError):
    """So many ask at this moment that no more can wait; who asks again learns whether it was done after all."""

    status = 503
    code = "benefits-crowded"
    message = _("Very many are here at this moment. Nothing is lost: please try again in a few seconds.")


class Coalescer:
    """Does `do(subject, asked)` for all who ask about one subject of one zone at the same time, and answers each of them.

    `do` runs on the worker plane as `actor` in a transaction of its own and returns one answer for each ask, in order; what it
    raises is raised to everybody of that transaction, of which nothing is kept. Any number of processes may do so side by side.
    """

    def __init__(self, name: str, do: Do) -> None:
        self._name, self._do = name, do
        self._actor = Actor(name="system")
        self._waiting: list[tuple[Flask, ZoneFacts, Hashable, Any, Future]] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def ask(self, subject: Hashable, asked: Any) -> Any:
        """Wait until it is done and committed, and return the answer. Raises `Crowded`, and what `do` raises.

        Commits the running transaction first, which should only have read: who waits holds no connection that the thread needs.
        """
        end_reading()
        answer: Future = Future()
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001
        with self._changed:
            if len(self._waiting) >= MOST_WAITING:
                raise Crowded
            self._waiting.append((app, current_zone(), subject, asked, answer))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify()
        try:
            return answer.result(LONGEST_WAIT)
        except TimeoutError:
            answer.cancel()
            raise Crowded from None

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                taken, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            alive = [each for each in taken if each[-1].set_running_or_notify_cancel()]
            alive.sort(key=_subject)  # stable: of one subject in the order in which they came
            for _key, group in groupby(alive, key=_subject):
                self._together(list(group))

    def _together(self, group: list[tuple[Flask, ZoneFacts, Hashable, Any, Future]]) -> None:
        app, zone, subject = group[0][:3]
        try:
            with app.app_context(), scope(Plane.WORKER, zone=zone, actor=self._actor):
                answers = self._do(subject, [asked for _app, _zone, _subject, asked, _answer in group])
                db.session.commit()
            for each, found in zip(group, answers, strict=True):
                each[-1].set_result(found)
        except BaseException as fault:  # noqa: BLE001 - whoever asked is told, whatever it was
            for each in group:
                if not each[-1].done():
                    each[-1].set_exception(fault)


def _subject(waiting: tuple[Flask, ZoneFacts, Hashable, Any, Future]) -> tuple[str, str]:
    return str(waiting[1].id), str(waiting[2])
