"""Claims of one hot campaign over HTTP, by 64 clients at once, relative to Flask's hello-world asked by the same client: each member's
claim goes through session, CSRF, zone, audience, spending rules and audit, and is answered after its commit."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import time_machine
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from app.benefits.vouchers.models import Voucher
from app.core.clock import now
from app.modules.events.models import Entry
from app.modules.events.tests.fair import SOON, Fair
from bench import textbook
from bench.harness.city import BenchCity
from bench.harness.crowd import CLIENTS, Crowd, make_crowd, meet
from bench.harness.load import Asked, Measured, measure, measure_each, requests_of
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result, ratios
from bench.harness.servers import granian, served_hall
from tenants.context import Plane, scope
from tenants.database import db

PEOPLE = 3_000
"""Who claim in each round, one time each."""
RUSH = 180
"""Vouchers for as many people in the rush: of 50,000 people 3,000 would get one."""
PRESSES = 20
"""How often everybody presses while pages are read."""
SLOW_COMMIT = 2
"""Milliseconds a commit takes where the disk is far away."""
HELLO, TEXTBOOK = "Flask's hello-world, 64 clients", "the textbook's ORM transaction, 64 clients"


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = city.world.zone("hot", modules=("events",))
        fair = Fair(zone, city.world)
        crowd = make_crowd(city, zone, PEOPLE)
        before = _campaign(fair, PEOPLE)
        stocks = {"claims": PEOPLE, "rush": RUSH, "two": PEOPLE, "slow": PEOPLE, "pages": RUSH}
        campaigns = [{name: _campaign(fair, stock) for name, stock in stocks.items()} for _ in range(options.rounds)]
    found = _Found()
    database = city.settings.database_owner_url
    _open_textbook(database)
    with ExitStack() as servers:
        environment = city.settings.as_environ()
        hello = servers.enter_context(granian("bench.apps:hello"))
        book = servers.enter_context(granian("bench.apps:textbook", {textbook.DATABASE: database}, threads=CLIENTS))
        hall = servers.enter_context(served_hall(environment))
        both = servers.enter_context(served_hall(environment, workers=2))
        meet(crowd, hall)
        measure_each(*crowd.presses(hall, _button(before)), CLIENTS)  # a city in which vouchers were given before
        city.analyse()
        for number, campaign in enumerate(campaigns):
            plain = Asked(hello, "localhost", cookies=crowd.cookies)
            found.add("hello", measure_each(plain, requests_of(plain), CLIENTS))
            found.add("textbook", _of_the_textbook(book, database, 2 * number + 1))
            meet(crowd, hall)
            for name in ("claims", "rush"):
                found.add(name, measure_each(*crowd.presses(hall, _button(campaign[name])), CLIENTS))
            for _ in range(3):  # each process meets nearly everybody
                meet(crowd, both)
            found.add("two", measure_each(*crowd.presses(both, _button(campaign["two"])), CLIENTS))
            with _slow_commits(city):
                found.add("slow textbook", _of_the_textbook(book, database, 2 * number + 2))
                meet(crowd, hall)
                found.add("slow", measure_each(*crowd.presses(hall, _button(campaign["slow"])), CLIENTS))
            quiet, busy = _pages_beside(crowd, hall, campaign["pages"], options.seconds)
            found.add("quiet pages", quiet)
            found.add("busy pages", busy)
    with city.app.app_context(), scope(Plane.WORKER, zone=zone):
        for campaign in campaigns:
            for name, campaign_id in campaign.items():
                _check(f"events:{campaign_id}", campaign_id, stocks[name])
    return found.results()


@dataclass
class _Found:
    """What was measured, by name, one of each round."""

    measured: dict[str, list[Measured]] = field(default_factory=dict)

    def add(self, name: str, one: Measured) -> None:
        self.measured.setdefault(name, []).append(one)

    def per_second(self, name: str) -> list[float]:
        return [each.per_second for each in self.measured[name]]

    def slowest(self, name: str) -> list[float]:
        return [each.p99 for each in self.measured[name]]

    def results(self) -> list[Result]:
        hello, book = self.per_second("hello"), self.per_second("textbook")
        claims, slow = self.per_second("claims"), self.per_second("slow")
        return [
            Result(HELLO, "1/s", hello),
            Result(TEXTBOOK, "1/s", book),
            Result(f"{PEOPLE:,} claims, hello = 1", "×", ratios(claims, hello), goal=0.30, note=self._note("claims")),
            Result("the same, the textbook = 1", "×", ratios(claims, book), goal=4),
            Result("the same, p99", "ms", self.slowest("claims"), AT_MOST, 60),
            Result("the same by two processes, hello = 1", "×", ratios(self.per_second("two"), hello), note=self._note("two")),
            Result(f"with commits of {SLOW_COMMIT} ms, the textbook = 1", "×",
                   ratios(slow, self.per_second("slow textbook")), goal=12, note=self._note("slow")),
            Result(f"a rush of {PEOPLE:,} on {RUSH:,}, hello = 1", "×", ratios(self.per_second("rush"), hello), goal=0.6,
                   note=self._note("rush")),
            Result("p99 of pages beside a rush, quiet = 1", "×",
                   ratios(self.slowest("busy pages"), self.slowest("quiet pages")), AT_MOST, 2,
                   note=f"quiet {max(self.slowest('quiet pages')):.0f} ms, beside {max(self.slowest('busy pages')):.0f} ms"),
        ]  # fmt: skip

    def _note(self, name: str) -> str:
        figures = self.measured[name]
        middle = sorted(each.per_second for each in figures)[len(figures) // 2]
        return f"{middle:,.0f}/s, p99 {max(each.p99 for each in figures):.0f} ms; none double, none over"


def _button(campaign_id: UUID) -> str:
    return f"/events/claim/{campaign_id}"


def _campaign(fair: Fair, stock: int) -> UUID:
    """A campaign that has just opened: announced an hour ago."""
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        return fair.announced(batch_id=fair.approved(stock=stock))


def _open_textbook(database: str) -> None:
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {textbook.SCHEMA}")
        textbook.Base.metadata.create_all(connection)
    engine.dispose()


def _of_the_textbook(port: int, database: str, coupon_id: int) -> Measured:
    """As many claims by the textbook. Raises `RuntimeError` unless each got one."""
    engine = create_engine(database)
    with Session(engine) as session:
        session.add(textbook.Coupon(id=coupon_id, left=PEOPLE))
        session.commit()
    members = [f"member={UUID(int=number)}" for number in range(PEOPLE)]
    asked = Asked(port, "localhost", f"/claim/{coupon_id}", cookies=members)
    measured = measure_each(asked, requests_of(asked, "POST"), CLIENTS)
    with Session(engine) as session:
        if session.get_one(textbook.Coupon, coupon_id).left:
            raise RuntimeError("the textbook has some left")
    engine.dispose()
    return measured


@contextmanager
def _slow_commits(city: BenchCity) -> Iterator[None]:
    """Let every commit wait as for a disk that is far away."""
    _set(city, f"commit_delay = {SLOW_COMMIT * 1000}", "commit_siblings = 0")
    try:
        yield
    finally:
        _set(city, "commit_delay = 0", "commit_siblings = 5")


def _set(city: BenchCity, *settings: str) -> None:
    with city.owner() as connection:
        for setting in settings:
            connection.execute(f"ALTER SYSTEM SET {setting}")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("SELECT pg_sleep(0.5)")


def _pages_beside(crowd: Crowd, port: int, campaign_id: UUID, seconds: float) -> tuple[Measured, Measured]:
    """The home page read by everybody in turn: alone, and while everybody presses again and again."""
    home = crowd.asked(port, "/")
    pages = Asked(home.port, home.host, "/", {"Accept-Encoding": "gzip"}, crowd.cookies[:300])
    quiet = measure(pages, seconds)
    asked, presses = crowd.presses(port, _button(campaign_id))
    rush = threading.Thread(target=measure_each, args=(asked, presses * PRESSES, CLIENTS))
    rush.start()
    busy = measure(pages, seconds)
    if not rush.is_alive():
        raise RuntimeError("the rush was over before the pages were read: press more often")
    rush.join()
    return quiet, busy


def _check(key: str, campaign_id: UUID, stock: int) -> None:
    """Raises `RuntimeError` where more were given than there are, or somebody has two."""
    of_it = select(func.count(), func.count(func.distinct(Voucher.member_id))).where(Voucher.key == key)
    given, people = db.session.execute(of_it).one()
    entries = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.campaign_id == campaign_id))
    if not given == people == entries == stock:
        raise RuntimeError(f"{stock} vouchers: {given} given to {people} members with {entries} entries")
