"""Finding an employer's unions by what is written of it, among as many unions as one city has and as the province has, as the form
of a case and its handing in do: the time PostgreSQL needs for the query."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import psycopg

from app.casework.employer_names import find_employers_unions
from app.unions.names import core
from bench.cases.members import milliseconds, statements_of
from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result, ratios
from tenants.context import Plane, scope
from tenants.ids import uuid7
from tenants.paths import label

CITY, PROVINCE = 3_745, 128_900
GOAL, GROWTH_GOAL = 1.0, 2.0
NAMES = [
    "".join(parts)
    for parts in product(
        ("海城", "临江", "东山", "南港"), ("蓝港", "远航", "金叶", "启明"), ("物流", "制衣", "机电", "食品")
    )
]
WRITTEN = ("海城蓝港物流17号有限公司", "没有这家单位", "临江金叶食品第3厂股份有限公司工会委员会")


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone, root, number = city.world.zone("employers"), city.world.union(), 0
        times: list[list[float]] = []
        for size in (CITY, PROVINCE):
            _fill(city, root, number, size)
            number = size
            with scope(Plane.MEMBER, zone=zone):
                statements = [
                    each for name in WRITTEN for each in statements_of(lambda name=name: find_employers_unions(name))
                ]
                times.append([milliseconds(statements) / len(WRITTEN) for _ in range(options.rounds * 10)])
    note = "planning and execution, a name"
    return [
        Result(f"employer's unions among {CITY:,}", "ms", times[0], note=note),
        Result(f"employer's unions among {PROVINCE:,}", "ms", times[1], AT_MOST, GOAL, note),
        Result("the same, growth", "×", ratios(times[1], times[0]), AT_MOST, GROWTH_GOAL, f"for {PROVINCE / CITY:.0f} × the unions"),
    ]  # fmt: skip


def _fill(city: BenchCity, root: Any, first: int, last: int) -> None:
    """Employers' unions below one, from one number to another."""
    with psycopg.connect(city.settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        with (
            connection.transaction(),
            connection.cursor() as cursor,
            cursor.copy("COPY unions (id, parent_id, path, kind, name, name_core) FROM STDIN") as copy,
        ):
            for row in _unions(root, first, last):
                copy.write_row(row)
        connection.execute("VACUUM ANALYZE unions")


def _unions(root: Any, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    for number in range(first, last):
        name = f"{NAMES[number % len(NAMES)]}{number}号有限公司工会"
        yield uuid7(), root.id, root.path + label(number), "enterprise", name, core(name)
