"""Events and tasks, run in this process: what commits together, what is repeated, what is given up."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.clock import now
from app.core.errors import InvalidInput
from app.core.jobs import GiveUp, Postpone, checkpoint, job
from app.core.jobs.execution import Outcome
from app.core.jobs.inline import run_due_events
from app.core.jobs.registry import handlers
from app.core.outbox import OutboxEvent, emit
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
    assert (event.state, event.attempts) == ("pending", 1)
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
    assert (event.state, event.attempts, len(seen)) == ("dead", 8, 8)


def test_a_handler_may_give_up_at_once_or_ask_to_come_later_without_losing_an_attempt(world):
    given_up, later = world.zone(), world.zone()
    _emit(given_up, "testing.fail", how="give up")
    run_due_events()
    [event] = _events(given_up)
    assert (event.state, event.last_error) == ("dead", "this can't work")
    seen.clear()
    _emit(later, "testing.fail", how="postpone")
    assert run_due_events() == {Outcome.POSTPONED: 1}
    assert _events(later)[0].attempts == 0
    _make_due(later)
    assert run_due_events() == {Outcome.DONE: 1}


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


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (ZoneState.READ_ONLY, Outcome.POSTPONED),
        (ZoneState.SUSPENDED, Outcome.POSTPONED),
        (ZoneState.ARCHIVED, Outcome.DEAD),
    ],
)
def test_a_closed_zone_runs_nothing(world, state, outcome):
    zone = world.zone()
    _emit(zone, "testing.note", word="closed")
    with scope(Plane.CITY, reason="test"):
        db.session.execute(update(Zone).where(Zone.id == zone.id).values(state=state.value))
        db.session.commit()
    from app.core.platform import platform

    platform().registry.forget()
    assert run_due_events() == {outcome: 1}
    assert not seen


def test_a_module_that_is_off_keeps_its_events(world):
    if not list(_known_modules()):
        pytest.skip("no module is installed")
    slug = next(_known_modules())
    zone = world.zone(modules=())

    @job(f"{slug}.tested")
    def _tested() -> None:
        seen.append(slug)

    _emit(zone, f"{slug}.tested")
    try:
        assert run_due_events() == {Outcome.POSTPONED: 1}
    finally:
        del handlers[f"{slug}.tested"]
    assert not seen
    assert _events(zone)[0].state == "pending"


def _known_modules():
    from app.core.platform import platform

    return (module.slug for module in platform().modules)


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
    from app.core.jobs.execution import execute
    from app.core.jobs.leasing import lease_due
    from app.core.jobs.registry import Lane

    zone = world.zone()
    task_id = _start(zone, to=4)
    with scope(Plane.WORKER):
        [ticket] = lease_due(Lane.LONG, 1)
    assert execute(ticket, is_stopping=lambda: len(seen) == 2) is Outcome.INTERRUPTED
    assert _task(zone, task_id).done == 2
    assert _events(zone)[0].attempts == 0
    run_due_events()
    assert seen == [0, 1, 2, 3]


def test_a_checkpoint_outside_a_job_only_commits(world):
    with scope(Plane.WORKER, zone=world.zone()):
        checkpoint()
