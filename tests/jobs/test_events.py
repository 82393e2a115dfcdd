"""Events and tasks, run in this process: what commits together, what is repeated, what is given up."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.errors import InvalidInput
from app.core.jobs import GiveUp, Postpone, checkpoint, dead_letters, job
from app.core.jobs.execution import Outcome, Ticket, execute
from app.core.jobs.inline import run_due_events
from app.core.jobs.leasing import lease_due
from app.core.jobs.registry import Lane, handlers
from app.core.outbox import OutboxEvent, emit
from app.core.platform import platform
from app.core.tasks import Task, TaskHandle, cancel_task, long_task, start_task
from tenants.context import Plane, ZoneState, current_scope, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import Zone

CLEAN = allow_raw_sql("tests.jobs", "each test starts with an empty outbox")
seen: list[Any] = []


def _trace(title: str = "") -> Task:
    trace = Task()
    trace.kind, trace.title = "testing.trace", title
    return trace


@job("testing.note")
def _note(word: str) -> None:
    seen.append((word, current_scope().plane, current_scope().zone))


@job("testing.fail")
def _fail(how: str) -> None:
    db.session.add(_trace(how))
    db.session.flush()
    seen.append(how)
    if how == "give up":
        raise GiveUp("this can't work")
    if how == "postpone" and len(seen) == 1:
        raise Postpone(timedelta(hours=1))
    if how == "secret":
        raise ValueError("13800000000")


@long_task("testing.count")
def _count(task: TaskHandle) -> None:
    for number in range(task.done, task.arguments["to"]):
        if task.cancelled():
            return
        if number == task.arguments.get("fail_at") and not task.progress.get("failed"):
            task.advance(number, failed=True)
            raise RuntimeError("half way")
        if number == task.arguments.get("refuse_at"):
            raise InvalidInput("Row 3 has no name.")
        seen.append(number)
        task.advance(number + 1)


@pytest.fixture(autouse=True)
def _empty_outbox(world):
    seen.clear()
    with scope(Plane.WORKER), raw_sql(CLEAN):
        db.session.execute(db.text("DELETE FROM outbox_events"))
        db.session.commit()


def _emit(zone, kind, plane=Plane.STAFF, **payload):
    with scope(plane, zone=zone):
        emit(kind, dedupe_key=f"{kind}:{payload}", payload=payload)
        db.session.commit()


def _events(zone):
    with scope(Plane.WORKER, zone=zone):
        return list(db.session.execute(select(OutboxEvent).order_by(OutboxEvent.id)).scalars())


def _make_due(zone):
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(update(OutboxEvent).values(available_at=now()))
        db.session.commit()


@pytest.mark.parametrize("plane", [Plane.MEMBER, Plane.STAFF, Plane.WORKER])
def test_an_event_runs_in_its_zone_on_the_worker_plane_whoever_emitted_it(world, plane):
    zone = world.zone()
    _emit(zone, "testing.note", plane, word="hello")
    assert run_due_events() == {Outcome.DONE: 1}
    assert seen == [("hello", Plane.WORKER, zone)]


def test_an_event_emitted_twice_is_one_event_and_another_zone_may_have_the_same(world):
    first, second = world.zone(), world.zone()
    for zone in (first, first, second):
        _emit(zone, "testing.note", word="once")
    run_due_events()
    assert [zone.id for _, _, zone in seen] in ([first.id, second.id], [second.id, first.id])


def test_an_event_of_a_transaction_that_fails_does_not_exist(world):
    zone = world.zone()
    with scope(Plane.STAFF, zone=zone):
        emit("testing.note", dedupe_key="never", payload={"word": "never"})
        db.session.rollback()
    assert run_due_events() == {}


def test_what_a_failing_handler_wrote_is_gone_and_the_event_comes_again_later(world):
    zone = world.zone()
    _emit(zone, "testing.fail", how="secret")
    assert run_due_events() == {Outcome.FAILED: 1}
    [event] = _events(zone)
    assert (event.state, event.failures) == ("pending", 1)
    assert event.available_at > now()
    assert "13800000000" not in event.last_error
    assert "ValueError at tests/jobs/test_events.py" in event.last_error
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(func.count(Task.id))).scalar() == 0


def test_after_enough_failures_the_event_is_a_dead_letter(world):
    zone = world.zone()
    _emit(zone, "testing.fail", how="secret")
    for _ in range(8):
        _make_due(zone)
        run_due_events()
    [event] = _events(zone)
    assert (event.state, event.failures, len(seen)) == ("dead", 8, 8)


def test_a_handler_may_give_up_at_once_or_ask_to_come_later_without_its_being_a_failure(world):
    given_up, later = world.zone(), world.zone()
    _emit(given_up, "testing.fail", how="give up")
    run_due_events()
    [event] = _events(given_up)
    assert (event.state, event.last_error) == ("dead", "this can't work")
    seen.clear()
    _emit(later, "testing.fail", how="postpone")
    assert run_due_events() == {Outcome.POSTPONED: 1}
    assert _events(later)[0].failures == 0
    _make_due(later)
    assert run_due_events() == {Outcome.DONE: 1}
    assert _events(later)[0].failures == 0


def test_a_worker_that_lost_its_lease_can_commit_nothing(world):
    zone = world.zone()

    @job("testing.slow")
    def _slow() -> None:
        db.session.add(_trace())
        db.session.flush()
        with scope_of_another_worker(zone):
            pass

    def scope_of_another_worker(zone):
        import psycopg

        from app.core.platform import platform

        url = platform().settings.database_owner_url.replace("+psycopg", "")
        with psycopg.connect(url) as other:
            other.execute("UPDATE outbox_events SET attempts = attempts + 1 WHERE kind = 'testing.slow'")
        return scope_nothing()

    from contextlib import nullcontext as scope_nothing

    _emit(zone, "testing.slow")
    try:
        assert run_due_events() == {Outcome.SKIPPED: 1}
    finally:
        del handlers["testing.slow"]
    with scope(Plane.WORKER, zone=zone):
        assert db.session.execute(select(func.count(Task.id))).scalar() == 0


def _set_state(zone, state):
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(state=state.value))
        db.session.commit()
    platform().registry.forget()


def _lease():
    with scope(Plane.WORKER):
        return lease_due(Lane.QUICK, 100)


@pytest.mark.parametrize("state", [ZoneState.READ_ONLY, ZoneState.SUSPENDED])
def test_a_closed_zone_keeps_its_events_untouched_and_they_are_due_the_moment_it_opens(world, state):
    zone, open_zone = world.zone(), world.zone()
    for word in ("one", "two", "three"):
        _emit(zone, "testing.note", word=word)
    _emit(open_zone, "testing.note", word="open")
    _set_state(zone, state)
    assert [ticket.zone_id for ticket in _lease()] == [open_zone.id]
    assert [(event.state, event.attempts) for event in _events(zone)] == [("pending", 0)] * 3
    _set_state(zone, ZoneState.ACTIVE)
    assert [ticket.zone_id for ticket in _lease()] == [zone.id] * 3


def test_an_event_that_was_under_way_when_its_zone_closed_goes_back_and_is_no_failure(world):
    zone = world.zone()
    _emit(zone, "testing.note", word="closed")
    [ticket] = _lease()
    _set_state(zone, ZoneState.SUSPENDED)
    assert execute(ticket) is Outcome.POSTPONED
    [event] = _events(zone)
    assert (event.state, event.failures, seen) == ("pending", 0, [])


def test_what_must_run_in_closed_zones_too_does(world):
    zone = world.zone()

    @job("testing.always", even_closed=True)
    def _always() -> None:
        seen.append("always")

    _emit(zone, "testing.always")
    _emit(zone, "testing.note", word="closed")
    _set_state(zone, ZoneState.SUSPENDED)
    try:
        assert run_due_events() == {Outcome.DONE: 1}
    finally:
        del handlers["testing.always"]
    assert seen == ["always"]


def test_an_archived_zone_gives_its_events_up(world):
    zone = world.zone()
    _emit(zone, "testing.note", word="closed")
    _set_state(zone, ZoneState.ARCHIVED)
    assert run_due_events() == {Outcome.DEAD: 1}
    assert not seen


@pytest.fixture
def module_job():
    slug = next(iter(platform().modules)).slug

    @job(f"{slug}.tested")
    def _tested() -> None:
        seen.append(slug)

    yield slug
    del handlers[f"{slug}.tested"]


def test_a_module_that_is_off_keeps_its_events_untouched(world, module_job):
    zone, user = world.zone(modules=()), world.zone(modules=(module_job,))
    for each in (zone, user):
        _emit(each, f"{module_job}.tested")
        _emit(each, "testing.note", word="other")
    assert run_due_events() == {Outcome.DONE: 3}
    assert seen.count(module_job) == 1
    waiting = [event for event in _events(zone) if event.kind == f"{module_job}.tested"]
    assert [(event.state, event.attempts) for event in waiting] == [("pending", 0)]


def test_an_event_that_was_under_way_when_its_module_was_switched_off_goes_back(world, module_job):
    zone = world.zone(modules=())
    _emit(zone, f"{module_job}.tested")
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(update(OutboxEvent).values(state="leased"))
        event_id = db.session.execute(select(OutboxEvent.id)).scalar_one()
        db.session.commit()
    assert execute(Ticket(zone.id, event_id, 0)) is Outcome.POSTPONED
    assert not seen


def test_a_run_that_slept_through_its_lease_stays_overtaken_when_a_later_run_was_put_off(world):
    zone = world.zone()

    @job("testing.sleeper")
    def _sleeper() -> None:
        seen.append("begun")
        if len(seen) == 2:
            raise Postpone(timedelta(0))
        db.session.add(_trace("of one who slept"))
        db.session.commit()
        _make_due(zone)
        assert execute(_lease()[0]) is Outcome.POSTPONED
        assert len(_lease()) == 1
        checkpoint()
        seen.append("not stopped")

    _emit(zone, "testing.sleeper")
    try:
        assert execute(_lease()[0]) is Outcome.SKIPPED
    finally:
        del handlers["testing.sleeper"]
    assert seen == ["begun", "begun"]
    assert _events(zone)[0].state == "leased"


def test_an_event_that_is_called_back_goes_on_counting_its_runs(world):
    zone = world.zone()
    _emit(zone, "testing.fail", how="give up")
    run_due_events()
    [event] = _events(zone)
    with scope(Plane.STAFF, zone=zone):
        dead_letters.call_back(event.id)
        db.session.commit()
    [event] = _events(zone)
    assert (event.state, event.attempts, event.failures) == ("pending", 1, 0)


def test_a_part_that_can_not_note_the_end_neither_keeps_the_event_alive_nor_stops_the_worker(world):
    zone = world.zone()

    def broken(_payload: dict[str, Any]) -> None:
        db.session.execute(db.text("SELECT 1 / 0"))

    @job("testing.unmournable", on_dead=broken)
    def _hopeless() -> None:
        raise GiveUp("no")

    _emit(zone, "testing.unmournable")
    try:
        assert run_due_events() == {Outcome.DEAD: 1}
    finally:
        del handlers["testing.unmournable"]
    assert _events(zone)[0].state == "dead"


def _start(zone, **arguments):
    with scope(Plane.STAFF, zone=zone):
        task_id = start_task("testing.count", "Counting", arguments, arguments["to"])
        db.session.commit()
    return task_id


def _task(zone, task_id):
    with scope(Plane.STAFF, zone=zone):
        return db.session.execute(select(Task).where(Task.id == task_id)).scalar_one()


def test_a_task_goes_on_where_it_was_interrupted(world):
    zone = world.zone()
    task_id = _start(zone, to=4, fail_at=2)
    run_due_events()
    assert (_task(zone, task_id).state, _task(zone, task_id).done) == ("running", 2)
    _make_due(zone)
    run_due_events()
    assert (_task(zone, task_id).state, _task(zone, task_id).done) == ("done", 4)
    assert seen == [0, 1, 2, 3]


def test_a_task_that_a_rule_refuses_says_so_in_words_for_people(world):
    zone = world.zone()
    task_id = _start(zone, to=4, refuse_at=3)
    run_due_events()
    task = _task(zone, task_id)
    assert (task.state, task.error, task.done) == ("failed", "Row 3 has no name.", 3)


def test_a_cancelled_task_does_not_begin(world):
    zone = world.zone()
    task_id = _start(zone, to=4)
    with scope(Plane.STAFF, zone=zone):
        assert cancel_task(task_id)
        assert not cancel_task(task_id)
        db.session.commit()
    run_due_events()
    assert (_task(zone, task_id).state, seen) == ("cancelled", [])


def test_a_worker_that_is_to_end_gives_the_task_back_as_it_is(world):
    zone = world.zone()
    task_id = _start(zone, to=4)
    with scope(Plane.WORKER):
        [ticket] = lease_due(Lane.LONG, 1)
    assert execute(ticket, is_stopping=lambda: len(seen) == 2) is Outcome.INTERRUPTED
    assert _task(zone, task_id).done == 2
    assert _events(zone)[0].failures == 0
    run_due_events()
    assert seen == [0, 1, 2, 3]


def test_a_checkpoint_outside_a_job_only_commits(world):
    with scope(Plane.WORKER, zone=world.zone()):
        checkpoint()
