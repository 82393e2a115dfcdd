"""Finding a zone by its host: in a city of one zone, and among ten thousand."""

import statistics
import time
from collections.abc import Callable
from functools import partial

from app.core.platform import platform
from app.unions.models import Union
from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Plane, scope
from tenants.database import db
from tenants.hosts import HostName
from tenants.ids import uuid7
from tenants.models import Zone
from tenants.paths import label
from tenants.registry import ZoneRegistry

ZONES = 10_000
LOOK_UPS = 2_000


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        registry = platform().registry
        one = [HostName(city.world.zone("only").slug)] * LOOK_UPS
        few = [_micros(registry, one) for _ in range(options.rounds)]
        hosts = _found_zones(city)
        cold = _cold(registry, hosts)
        asked = hosts[:: ZONES // LOOK_UPS]
        many = [_micros(registry, asked) for _ in range(options.rounds)]
    return [
        Result("zone look-up, the same one", "µs", few),
        Result("zone look-up, any of 10,000", "µs", many, AT_MOST, 10.0, "a page from the cache takes 80"),
        Result("zone look-up, first time (SQL)", "µs", cold, note="once a zone, process and change"),
    ]


def _found_zones(city: BenchCity) -> list[HostName]:
    """Ten thousand zones in the database."""
    county = city.world.union()
    numbers = range(ZONES)
    with scope(Plane.CITY, reason="bench"):
        unions = [
            Union(id=uuid7(), parent_id=county.id, path=county.path + label(n), kind="town", name=f"第{n}镇总工会")
            for n in numbers
        ]
        db.session.add_all(unions)
        db.session.flush()
        db.session.add_all(
            Zone(
                slug=f"z{n}", name=union.name, union_id=union.id, union_path=union.path, state="active", preset="county"
            )
            for n, union in zip(numbers, unions, strict=True)
        )
        db.session.commit()
    return [HostName(f"z{n}") for n in numbers]


def _cold(registry: ZoneRegistry, hosts: list[HostName]) -> list[float]:
    """Microseconds of first look-ups; leaves all hosts remembered."""
    with scope(Plane.MEMBER):
        return [statistics.median(_timed(partial(registry.by_host, host)) for host in hosts)]


def _micros(registry: ZoneRegistry, hosts: list[HostName]) -> float:
    with scope(Plane.MEMBER):
        registry.by_host(hosts[0])
        return _timed(lambda: [registry.by_host(host) for host in hosts]) / len(hosts)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1e6
