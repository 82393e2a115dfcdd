"""A live stream that a whole city watches: its room and its likes over HTTP by 64 clients at once, relative to Flask's hello-world
asked by the same client, and 800,000 views and likes counted by one process, with the rows that they left."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from uuid import UUID

import time_machine
from sqlalchemy import func, select

from app.core.clock import now
from app.modules.events.kinds.live.models import Count
from app.modules.events.kinds.live.tallying import LIKES, VIEWS, Tally
from app.modules.events.kinds.live.tests.shows import announced
from app.modules.events.tests.fair import SOON, Fair
from bench.harness.city import BenchCity
from bench.harness.crowd import CLIENTS, make_crowd, meet
from bench.harness.load import Asked, Measured, measure_each, requests_of
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result, ratios
from bench.harness.servers import granian, served_hall
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db

PEOPLE = 1_000
"""Who enter the room once and like it once in each round."""
VIEWED, LIKED = 300_000, 500_000
THREADS = 8


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = city.world.zone("stage", modules=("events",))
        fair = Fair(zone, city.world)
        crowd = make_crowd(city, zone, PEOPLE)
        shows = [_show(fair) for _ in range(options.rounds)]
    hellos, rooms, likes = list[Measured](), list[Measured](), list[Measured]()
    with ExitStack() as servers:
        hello = servers.enter_context(granian("bench.apps:hello"))
        hall = servers.enter_context(served_hall(city.settings.as_environ()))
        for show_id in shows:
            plain, room = Asked(hello, "localhost", cookies=crowd.cookies), crowd.asked(hall, f"/events/live/{show_id}")
            hellos.append(measure_each(plain, requests_of(plain), CLIENTS))
            meet(crowd, hall)
            rooms.append(measure_each(room, requests_of(room), CLIENTS))
            likes.append(measure_each(*crowd.presses(hall, f"/events/live/{show_id}/like"), CLIENTS))
    for show_id in shows:
        _check(city, zone, show_id, PEOPLE, PEOPLE)
    yardstick = [each.per_second for each in hellos]
    seconds, rows = zip(*[_flood(city, zone, fair) for _ in shows], strict=True)
    return [
        Result("Flask's hello-world beside a stream, 64 clients", "1/s", yardstick),
        Result("the room of a running stream, hello = 1", "×", ratios([each.per_second for each in rooms], yardstick)),
        Result("a like, hello = 1", "×", ratios([each.per_second for each in likes], yardstick), note="none lost"),
        Result(f"{VIEWED + LIKED:,} views and likes counted by {THREADS} threads", "s", seconds, note="none lost"),
        Result("rows that they left", "rows", rows, AT_MOST, 3, "one a minute"),
    ]


def _show(fair: Fair) -> UUID:
    """A stream that has just begun: announced an hour ago."""
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        return announced(fair)


def _flood(city: BenchCity, zone: ZoneFacts, fair: Fair) -> tuple[float, int]:
    """Count them all as requests do, in threads of one process that writes meanwhile; the seconds, and the rows there are then."""
    with city.app.app_context():
        show_id = _show(fair)
    tally = Tally()

    def count(_thread: int) -> None:
        with city.app.app_context(), scope(Plane.MEMBER, zone=zone):
            for what, number in ((VIEWS, VIEWED), (LIKES, LIKED)):
                for _ in range(number // THREADS):
                    tally.add(show_id, what)

    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(count, range(THREADS)))
    tally.write()
    seconds = time.perf_counter() - started
    return seconds, _check(city, zone, show_id, VIEWED, LIKED)


def _check(city: BenchCity, zone: ZoneFacts, show_id: UUID, views: int, likes: int) -> int:
    """The rows there are of a stream. Raises `RuntimeError` unless they hold every view and like."""
    counted = select(func.sum(Count.views), func.sum(Count.likes), func.count()).where(Count.show_id == show_id)
    with city.app.app_context(), scope(Plane.WORKER, zone=zone):
        found = db.session.execute(counted).one()
        db.session.commit()
    if tuple(found[:2]) != (views, likes):
        raise RuntimeError(f"{views} views and {likes} likes came, {found[0]} and {found[1]} are counted")
    return found[2]
