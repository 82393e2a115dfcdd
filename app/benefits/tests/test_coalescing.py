"""Those who ask at one moment are served together, in their order; who could not wait is served no more."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import has_request_context

from app.benefits import coalescing
from app.benefits.coalescing import Coalescer, Crowded
from app.core.audit import AuditEntry, record
from tenants.context import Plane, current_actor, scope
from tenants.database import db

WAIT = 20
"""Seconds a test has patience."""


class House:
    """A coalescer whose first group is held until `open`, so that everybody after it meets in the next."""

    def __init__(self, app: Any, zone: Any, do: Callable[[Any, Sequence[Any]], Sequence[Any]]) -> None:
        self._app, self._zone, self._do = app, zone, do
        self.groups: list[list[Any]] = []
        self.open, self._is_held = threading.Event(), threading.Event()
        self.coalescer = Coalescer(self._serve)
        self._people = ThreadPoolExecutor(20)

    def _serve(self, subject: Any, asked: Sequence[Any]) -> Sequence[Any]:
        self.groups.append(list(asked))
        if asked == ["first"]:
            self._is_held.set()
            self.open.wait(WAIT)
        return self._do(subject, asked)

    def hold(self) -> Future:
        first = self.ask("first")
        assert self._is_held.wait(WAIT)
        return first

    def ask(self, asked: Any, subject: str = "one") -> Future:
        """Ask during a request, and return once it stands in the queue or is taken."""
        before = self._number()
        answer = self._people.submit(self._ask, subject, asked)
        while self._number() == before and not answer.done():
            time.sleep(0.001)
        return answer

    def _ask(self, subject: str, asked: Any) -> Any:
        with self._app.test_request_context(), scope(Plane.MEMBER, zone=self._zone):
            return self.coalescer.ask(subject, asked)

    def _number(self) -> int:
        return len(self.coalescer._waiting) + sum(map(len, self.groups))


@pytest.fixture
def zone(world):
    return world.zone()


@contextmanager
def house(app, zone, do):
    made = House(app, zone, do)
    try:
        yield made
    finally:
        made.open.set()


def test_who_waits_at_one_moment_is_served_together_in_order_and_by_subject(app, zone):
    with house(app, zone, lambda _subject, asked: [f"{each}!" for each in asked]) as held:
        answers = [held.hold(), held.ask("a"), held.ask("x", "two"), held.ask("b"), held.ask("c")]
        held.open.set()
        assert [each.result(WAIT) for each in answers] == ["first!", "a!", "x!", "b!", "c!"]
    assert held.groups == [["first"], ["a", "b", "c"], ["x"]]


def test_what_goes_wrong_is_told_to_everybody_of_the_group_and_nothing_of_it_is_kept(app, zone):
    def do(_subject, asked):
        record("test.coalesced", object_id=",".join(asked))
        db.session.flush()
        if "b" in asked:
            raise LookupError("b")
        return asked

    with house(app, zone, do) as held:
        first, *others = held.hold(), held.ask("a"), held.ask("b")
        held.open.set()
        assert first.result(WAIT) == "first"
        for each in others:
            with pytest.raises(LookupError):
                each.result(WAIT)
        assert held.ask("again").result(WAIT) == "again"
    with scope(Plane.STAFF, zone=zone):
        kept = db.session.scalars(db.select(AuditEntry.object_id).where(AuditEntry.action == "test.coalesced"))
        assert sorted(kept) == ["again", "first"]


def test_who_waited_too_long_is_told_so_and_not_served_afterwards(app, zone, monkeypatch):
    with house(app, zone, lambda _subject, asked: asked) as held:
        held.hold()
        monkeypatch.setattr(coalescing, "LONGEST_WAIT", 0.05)
        late = held.ask("late")
        with pytest.raises(Crowded):
            late.result(WAIT)
        monkeypatch.undo()
        on_time = held.ask("on time")
        held.open.set()
        assert on_time.result(WAIT) == "on time"
    assert held.groups == [["first"], ["on time"]]


def test_a_group_is_served_in_nobodys_scope_and_request(app, zone):
    def do(_subject, asked):
        found.append((has_request_context(), current_actor().name))
        return asked

    found = []
    with house(app, zone, do) as held:
        held.ask("a").result(WAIT)
    assert found == [(False, "system")]


def test_no_more_wait_than_there_is_room_for(app, zone, monkeypatch):
    monkeypatch.setattr(coalescing, "MOST_WAITING", 2)
    with house(app, zone, lambda _subject, asked: asked) as held:
        answers = [held.hold(), held.ask("a"), held.ask("b")]
        with pytest.raises(Crowded):
            held.ask("c").result(WAIT)
        held.open.set()
        assert [each.result(WAIT) for each in answers] == ["first", "a", "b"]


def test_no_group_is_larger_than_the_database_is_asked_at_once(app, zone, monkeypatch):
    monkeypatch.setattr(coalescing, "AT_ONCE", 2)
    with house(app, zone, lambda _subject, asked: asked) as held:
        answers = [held.hold(), *map(held.ask, "abc")]
        held.open.set()
        assert [each.result(WAIT) for each in answers] == ["first", "a", "b", "c"]
    assert held.groups == [["first"], ["a", "b"], ["c"]]
