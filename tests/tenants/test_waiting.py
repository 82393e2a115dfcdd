"""Work in steps lets its event loop go on wherever it waits for the database, each piece in its own scope."""

import asyncio
import socket

import pytest
from sqlalchemy import create_engine, func, literal, select
from sqlalchemy.exc import DataError, OperationalError

from app.core.loops import the_loop
from tenants.context import Plane, current_zone, scope
from tenants.database import db
from tenants.waiting import in_steps, wait_in_steps

NAP = 0.3
"""Seconds the database takes for a statement."""


def in_the_loop(work):
    """What came of it in the process's loop: that of the test's own thread may be the browser's."""
    return asyncio.run_coroutine_threadsafe(work, the_loop()).result(30)


async def count_turns(work, *given):
    """What the work returns or raises, and how often the loop came round meanwhile."""
    turns = 0

    async def turn():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.01)

    turning = asyncio.create_task(turn())
    try:
        return await asyncio.gather(in_steps(work, *given), return_exceptions=True), turns
    finally:
        turning.cancel()


def nap(app, zone):
    """Which zone the database and this process hold for the running one, after a while of waiting and another statement."""
    with app.app_context(), scope(Plane.WORKER, zone=zone):
        db.session.execute(select(func.pg_sleep(NAP)))
        found = db.session.scalar(select(func.current_setting("hall.zone")))
        db.session.commit()
        return found, current_zone().id


def test_the_loop_goes_on_while_a_statement_runs(app, world):
    zone = world.zone()
    (found,), turns = in_the_loop(count_turns(nap, app, zone))
    assert found == (str(zone.id), zone.id)
    assert turns > 5


def test_two_at_once_wait_together_and_keep_to_their_own_scope(app, world):
    first, second = world.zone(), world.zone()
    inside, most = [], []

    def both_nap(zone):
        inside.append(zone)
        found = nap(app, zone)
        most.append(len(inside))
        inside.remove(zone)
        return found

    async def both():
        return await asyncio.gather(in_steps(both_nap, first), in_steps(both_nap, second))

    assert in_the_loop(both()) == [(str(zone.id), zone.id) for zone in (first, second)]
    assert most == [2, 1], "one waited for the other"


def test_the_loop_goes_on_while_a_server_does_not_answer():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        engine = create_engine(
            f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing?connect_timeout=2&sslmode=disable"
        )
        wait_in_steps(engine)
        (fault,), turns = in_the_loop(count_turns(engine.connect))
    assert isinstance(fault, OperationalError)
    assert turns > 5


def test_what_goes_wrong_in_the_database_is_raised_as_in_a_thread(app, world):
    zone = world.zone()

    def fail():
        with app.app_context(), scope(Plane.WORKER, zone=zone):
            db.session.execute(select(1 / literal(0)))

    with pytest.raises(DataError, match="division by zero"):
        in_the_loop(in_steps(fail))
    assert in_the_loop(in_steps(nap, app, zone))[1] == zone.id
