"""Claims of one hot campaign over HTTP, by 64 clients at once, relative to Flask's hello-world asked by the same client: each member's
claim goes through session, CSRF, zone, audience, spending rules and audit, and is answered after its commit."""

from contextlib import ExitStack
from datetime import timedelta

import time_machine
from sqlalchemy import func, select

from app.benefits.vouchers.models import Voucher
from app.core.clock import now
from app.modules.events.models import Entry
from app.modules.events.tests.fair import SOON, Fair
from bench.harness.city import BenchCity, session_cookies
from bench.harness.load import Asked, measure_each, requests_of
from bench.harness.options import Options
from bench.harness.results import Result, ratios
from bench.harness.servers import granian
from tenants.context import Plane, scope
from tenants.database import db
from tests.fixtures.forms import csrf_token

CLIENTS = 64
PEOPLE = 2_000
"""Who claim in each round, one time each, of as many vouchers."""
RUSH = 400
"""Vouchers for as many people in the rush: five of six go away empty."""
HELLO = "Flask's hello-world, 64 clients"


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = city.world.zone("hot", modules=("events",))
        fair = Fair(zone, city.world)
        cookies = session_cookies(city.world, zone, PEOPLE)
        browser = city.world.client(zone)
        token = csrf_token(browser)
        form = browser.get_cookie("form", domain=zone.host.partition(":")[0])
        if form is None:
            raise LookupError("no form cookie")
        stocks = {"claims": PEOPLE, "rush": RUSH}
        campaigns = [{name: _campaign(fair, stock) for name, stock in stocks.items()} for _ in range(options.rounds)]
    found: dict[str, list[float]] = {HELLO: [], "claims": [], "rush": []}
    slowest: dict[str, list[float]] = {"claims": [], "rush": []}
    with ExitStack() as servers:
        environment = city.settings.as_environ() | {"HALL_WEB_THREADS": str(CLIENTS)}
        hello = servers.enter_context(granian("bench.apps:hello"))
        hall = servers.enter_context(granian("bench.apps:hall", environment, threads=CLIENTS))
        headers = {"Origin": f"http://{zone.host}", "X-CSRFToken": token}
        everybody = [f"{cookie}; form={form.value}" for cookie in cookies]
        home = Asked(hall, zone.host, "/me", headers, everybody)
        measure_each(home, requests_of(home), CLIENTS)
        for campaign in campaigns:
            plain = Asked(hello, "localhost", cookies=everybody)
            found[HELLO].append(measure_each(plain, requests_of(plain), CLIENTS).per_second)
            for name, campaign_id in campaign.items():
                asked = Asked(hall, zone.host, f"/events/claim/{campaign_id}", headers, everybody, status=0)
                measured = measure_each(asked, requests_of(asked, "POST"), CLIENTS)
                found[name].append(measured.per_second)
                slowest[name].append(measured.p99)
    with city.app.app_context(), scope(Plane.WORKER, zone=zone):
        for campaign in campaigns:
            for name, campaign_id in campaign.items():
                _check(f"events:{campaign_id}", campaign_id, stocks[name])
    hello_line = Result(HELLO, "1/s", found[HELLO])
    goals = {"claims": 0.30, "rush": 0.6}
    titles = {
        "claims": f"{PEOPLE:,} claims of {PEOPLE:,} vouchers",
        "rush": f"a rush of {PEOPLE:,} people on {RUSH:,} vouchers",
    }
    return [hello_line] + [
        Result(titles[name], "×", ratios(found[name], found[HELLO]), goal=goals[name],
               note=f"{sorted(found[name])[len(found[name]) // 2]:,.0f}/s, p99 {max(slowest[name]):.0f} ms; none double, none over")
        for name in stocks
    ]  # fmt: skip


def _check(key: str, campaign_id, stock: int) -> None:
    """Raises `RuntimeError` where more were given than there are, or somebody has two."""
    of_it = select(func.count(), func.count(func.distinct(Voucher.member_id))).where(Voucher.key == key)
    given, people = db.session.execute(of_it).one()
    entries = db.session.scalar(select(func.count()).select_from(Entry).where(Entry.campaign_id == campaign_id))
    if not given == people == entries == stock:
        raise RuntimeError(f"{stock} vouchers: {given} given to {people} members with {entries} entries")


def _campaign(fair: Fair, stock: int):
    """A campaign that has just opened: announced an hour ago."""
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        return fair.announced(batch_id=fair.approved(stock=stock))
