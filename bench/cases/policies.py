"""What row-level security costs on the queries of a page: a member's, in the scope's role and in one with the same rights
that policies don't bind."""

import statistics
import time
from collections.abc import Callable
from typing import Any

import psycopg

from app.notifications.models import Message
from app.notifications.queries import count_unread, list_messages
from app.site.blocks import shown_blocks
from bench.cases.members import statements_of
from bench.harness.city import BenchCity, furnished_zone
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Actor, Plane, scope
from tenants.database import db, scope_settings
from tenants.revisions import published_document

PAGES = 400
UNBOUND = "hall_bench_unbound"
# Not the superuser, who is spared the check of rights as well.
MAKE_UNBOUND = f"""
CREATE ROLE {UNBOUND} NOLOGIN BYPASSRLS;
GRANT USAGE ON SCHEMA public TO {UNBOUND};
DO $$
DECLARE one record;
BEGIN
    FOR one IN SELECT privilege_type AS "right", table_name FROM information_schema.role_table_grants
               WHERE grantee = '{Plane.MEMBER}' LOOP
        EXECUTE format('GRANT %s ON %I TO {UNBOUND}', one."right", one.table_name);
    END LOOP;
    FOR one IN SELECT privilege_type AS "right", table_name, column_name FROM information_schema.role_column_grants
               WHERE grantee = '{Plane.MEMBER}' LOOP
        EXECUTE format('GRANT %s (%I) ON %I TO {UNBOUND}', one."right", one.column_name, one.table_name);
    END LOOP;
END $$
"""  # noqa: S608 - a role of ours


def run(city: BenchCity, options: Options) -> list[Result]:
    with city.app.app_context(), city.app.test_request_context("/"):
        zone = furnished_zone(city.world, "policies")
        people = [city.world.member(zone) for _ in range(20)]
        with scope(Plane.WORKER, zone=zone):
            db.session.add_all(
                Message(member_id=person.member_id, kind="bench", dedupe_key=str(number))
                for person in people
                for number in range(40)
            )
            db.session.commit()
        member = people[7]
        actor = Actor(account_id=member.account_id, member_id=member.member_id)
        with scope(Plane.MEMBER, zone=zone, actor=actor) as running:
            statements = statements_of(lambda: _page(zone, member.member_id))
            settings = scope_settings(running)
            db.session.rollback()
    return [_compare(city, options, statements, settings)]


def _page(zone: Any, member_id: Any) -> None:
    """The queries of a signed-in home page and inbox, without what the process remembers."""
    shown_blocks(published_document(zone))
    count_unread(member_id)
    list_messages(member_id)


def _compare(city: BenchCity, options: Options, statements: list[Any], settings: dict[str, str]) -> Result:
    """Ratios of pages in alternation on two connections: one becomes the plane, the other the role without policies."""
    url = city.settings.database_owner_url.replace("+psycopg", "")
    with psycopg.connect(url) as guarded, psycopg.connect(url) as free:
        free.execute(MAKE_UNBOUND.encode())
        free.commit()
        with_policies = _pages(guarded, statements, settings)
        without = _pages(free, statements, {**settings, "role": UNBOUND})
        values = []
        for _ in range(options.rounds * 2):
            pairs = [(with_policies(), without()) for _ in range(PAGES)]
            values.append(_usual([a for a, _ in pairs]) / _usual([b for _, b in pairs]))
    note = f"{len(statements)} queries and their transaction, pipelined"
    return Result("row-level security on a page's queries", "×", values, AT_MOST, 1.1, note)


def _usual(seconds: list[float]) -> float:
    """What a page takes when nothing else runs: the lower quartile."""
    return statistics.quantiles(seconds, n=4)[0]


def _pages(connection: psycopg.Connection[Any], statements: list[Any], settings: dict[str, str]) -> Callable[[], float]:
    """A function that runs a page's transaction and says how many seconds it took."""
    calls = "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(settings))
    values = [part for pair in settings.items() for part in pair]

    def page() -> float:
        started = time.perf_counter()
        with connection.transaction(), connection.pipeline():
            connection.execute(calls.encode(), values, prepare=True)
            for sql, parameters in statements:
                connection.execute(sql.encode(), parameters, prepare=True)
        return time.perf_counter() - started

    return page
