"""A page of a county's members among a million, as the county's staff see it: the time PostgreSQL needs for its query."""

from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Connection

from app.members.queries import MemberFilter, list_members
from app.unions.models import Union
from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.paths import label

COUNTIES, UNIONS_EACH = 10, 50
PLACE = allow_raw_sql("bench.explain", "asks PostgreSQL how long the queries of a page take")
FILL = """
SET session_replication_role = replica;
INSERT INTO members (id, name, union_path)
SELECT gen_random_uuid(), substr('王李张刘陈杨黄赵吴周', n %% 10 + 1, 1) || substr('伟芳娜敏静丽强磊军洋', n / 10 %% 10 + 1, 1),
       paths[n %% array_length(paths, 1) + 1]
FROM generate_series(1, %(members)s) n, (SELECT array_agg(path) AS paths FROM unions WHERE kind = 'enterprise') u;
INSERT INTO memberships (id, member_id, union_id, union_path, status)
SELECT gen_random_uuid(), m.id, u.id, u.path, 'active' FROM members m JOIN unions u ON u.path = m.union_path
WHERE NOT EXISTS (SELECT FROM memberships k WHERE k.member_id = m.id);
INSERT INTO union_member_counts SELECT union_id, min(union_path), count(*) FROM memberships GROUP BY 1
ON CONFLICT (union_id) DO UPDATE SET members = excluded.members;
ANALYZE;
"""


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context():
        zone = _fill(city, options.members)
        with scope(Plane.STAFF, zone=zone):
            pages = [list_members(MemberFilter())]
            for _ in range(20):
                pages.append(list_members(MemberFilter(), after=pages[-1].next))
            statements = statements_of(lambda: list_members(MemberFilter(), after=pages[10].next))
            times = [milliseconds(statements) for _ in range(options.rounds * 10)]
            first = statements_of(lambda: list_members(MemberFilter()))
            first_times = [milliseconds(first) for _ in range(options.rounds * 10)]
            db.session.commit()
    note = f"{options.members:,} members, {options.members // COUNTIES:,} of the county; planning and execution"
    return [
        Result("page of a county's members, first", "ms", first_times, AT_MOST, 1.0, note),
        Result("page of a county's members, in the middle", "ms", times, AT_MOST, 1.0, note),
    ]


def _fill(city: BenchCity, members: int) -> ZoneFacts:
    """Ten counties with fifty unions each and members in all of them; gives the zone of one county."""
    counties = [city.world.union() for _ in range(COUNTIES)]
    with scope(Plane.CITY, reason="bench"):
        for county in counties:
            db.session.add_all(
                Union(parent_id=county.id, path=county.path + label(n), kind="enterprise", name=f"{county.name}企业{n}")
                for n in range(UNIONS_EACH)
            )
        db.session.commit()
    with psycopg.connect(city.settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        for statement in FILL.split(";\n")[:-1]:
            connection.execute(statement, {"members": members} if "%(members)s" in statement else None)
        connection.execute("VACUUM ANALYZE members, memberships")
    return city.world.zone("county", union=counties[3])


def statements_of(work: Any) -> list[tuple[str, Any]]:
    """The SQL that something sends."""
    seen: list[tuple[str, Any]] = []

    def note(_: Connection, __: Any, sql: str, parameters: Any, *___: Any) -> None:
        seen.append((sql, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def milliseconds(statements: list[tuple[str, Any]]) -> float:
    """What PostgreSQL itself says the statements took, under the scope's role and policies."""
    total = 0.0
    for sql, parameters in statements:
        with raw_sql(PLACE):
            explained = db.session.connection().exec_driver_sql(
                "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, parameters
            )
        plan = explained.scalar_one()[0]
        total += plan["Planning Time"] + plan["Execution Time"]
    return total
