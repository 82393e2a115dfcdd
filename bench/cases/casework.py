"""The desk's list of cases and the leaders' figures among 10,000, 100,000 and 300,000 cases of a zone: the time PostgreSQL
needs for their queries, under the staff's policies."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import psycopg

from app.casework.kinds import CaseKind, casework_of
from app.casework.overview.counting import Period, count_cases, count_load, count_payments
from app.casework.queue import ALL, LATE, MINE, NEWEST, NOBODY, SOON_DUE, Filters, list_queue
from app.casework.sealing import name_indexes
from app.casework.states import Phase
from app.core.clock import now, today_in_china
from app.core.platform import platform
from bench.cases.members import milliseconds, statements_of
from bench.harness.city import BenchCity
from bench.harness.options import Options
from bench.harness.results import AT_MOST, Result
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.paths import label

SIZES = (10_000, 100_000, 300_000)
GOAL_AT = 100_000
QUEUE_GOAL, FIGURES_GOAL = 20.0, 100.0
MODULE = "help"
NAMES = ["".join(parts) for parts in product("王李张刘陈杨黄赵吴周", "伟芳娜敏静丽强磊军洋", ("", "华", "明", "林"))]
HANDLERS = [(UUID(int=number), f"干部{number}") for number in range(1, 13)]
DAYS = 3 * 365
COLUMNS = """zone_id, id, member_id, module, kind, is_single, needs_two_people, form_version, state, phase, version, number,
    answers_cipher, applicant_cipher, union_path, amount_requested_cents, consent_version, consented_at, submitted_by,
    submitted_at, due_at, handler_id, handler_name, recommendation, amount_recommended_cents, recommended_by,
    amount_granted_cents, decided_by, closed_at, answered_at, answered_in_days, answered_in_time, blind_paths, keeps_vouchers"""
# Eight of a hundred are open, as in a zone that answers within ten working days and keeps three years.
STATES = (
    ["submitted"] * 2 + ["in_review"] * 4 + ["recommended"] * 2 + ["returned"] + ["withdrawn"] * 6 + ["refused"] * 25
)
STATES += ["approved"] * (100 - len(STATES))


def run(city: BenchCity, options: Options) -> list[Result]:
    return [result for size in SIZES for result in _measure(city, options, size)]


def _measure(city: BenchCity, options: Options, size: int) -> list[Result]:
    with city.app.app_context():
        zone = city.world.zone(f"cases{size}")
        _fill(city, zone, size)
        actor = Actor(account_id=HANDLERS[0][0], name=HANDLERS[0][1])
        results = []
        with city.app.test_request_context("/"), scope(Plane.STAFF, zone=zone, actor=actor):
            for name, filters in _lists(actor):
                statements = statements_of(lambda filters=filters: list_queue(actor, MODULE, filters))
                results.append(_result(f"list of cases, {name}", statements, options, size, QUEUE_GOAL))
            for name, work in _figures():
                results.append(_result(f"figures of cases, {name}", statements_of(work), options, size, FIGURES_GOAL))
            db.session.rollback()
    return results


def _lists(actor: Actor) -> Iterator[tuple[str, Filters]]:
    """The first page, one far behind, and every filter."""
    yield "first page", Filters()
    yield "far behind", _far_behind(actor, Filters())
    yield "all, far behind", _far_behind(actor, Filters(state=ALL))
    yield "by a name", Filters(state=ALL, q="王伟")
    yield "by a family name", Filters(state=ALL, q="王")
    yield "by a number", Filters(state=ALL, q=f"HD-{today_in_china().year}-000123")
    yield "by the beginning of a number", Filters(state=ALL, q="HD-")
    yield "all", Filters(state=ALL)
    yield "newest", Filters(order=NEWEST)
    for span in (LATE, SOON_DUE, "submitted", "returned", "approved", "withdrawn"):
        yield span, Filters(state=span)
    yield "of one kind", Filters(kind=f"{MODULE}.schooling")
    yield "all of one kind", Filters(state=ALL, kind=f"{MODULE}.schooling")
    yield "nobody's", Filters(handler=NOBODY)
    yield "mine", Filters(handler=MINE)
    yield "all of mine", Filters(state=ALL, handler=MINE)


def _far_behind(actor: Actor, filters: Filters) -> Filters:
    """The last page, or the one behind twenty others."""
    pages = 0
    while pages < 20 and (after := list_queue(actor, MODULE, filters).next_after):
        filters, pages = replace(filters, after=after), pages + 1
    return filters


def _figures() -> Iterator[tuple[str, Any]]:
    today = today_in_china()

    def page(period: Period) -> None:
        count_load(MODULE)
        count_cases(MODULE, period)
        count_payments(MODULE, today.year)

    yield "this year", lambda: page(Period.year(today.year))
    yield "of three years", lambda: page(Period(today - timedelta(days=DAYS), today))


def _result(name: str, statements: list[Any], options: Options, size: int, goal: float) -> Result:
    values = [milliseconds(statements) for _ in range(options.rounds * 2)]
    note = f"{size:,} cases; planning and execution"
    return Result(f"{name} ({size // 1000}k)", "ms", values, AT_MOST, goal if size == GOAL_AT else None, note)


def _fill(city: BenchCity, zone: ZoneFacts, size: int) -> None:
    ids = [uuid4() for _ in range(size)]
    with psycopg.connect(city.settings.database_owner_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        with connection.transaction(), connection.cursor() as cursor:
            with cursor.copy(f"COPY cases ({COLUMNS}) FROM STDIN") as copy:
                for row in _cases(zone, ids):
                    copy.write_row(row)
            with cursor.copy("COPY case_names (zone_id, id, case_id, member_id, name_index) FROM STDIN") as copy:
                for row in _names(zone, ids):
                    copy.write_row(row)
        connection.execute("VACUUM ANALYZE cases, case_names")


def _cases(zone: ZoneFacts, ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    kinds, at = casework_of(MODULE).kinds, now()
    for number, case_id in enumerate(ids):
        state = STATES[number * 37 % 100]
        yield _case(zone, kinds[number % len(kinds)], case_id, number, state, at)


def _case(zone: ZoneFacts, kind: CaseKind, case_id: UUID, number: int, state: str, at: datetime) -> tuple[Any, ...]:
    phase = kind.table[state].phase
    days_ago = number * 7919 % (14 if phase is Phase.OPEN else DAYS)
    submitted = at - timedelta(days=days_ago, seconds=number % 86_400)
    handler = (None, "") if state == "submitted" else HANDLERS[number * 13 % len(HANDLERS)]
    is_decided, is_granted = phase is Phase.DECIDED, state == "approved"
    applicant = f'{{"name": "{NAMES[number % len(NAMES)]}", "phone": "+8613800138000", "union": "第一机械厂工会"}}'
    sealed = platform().cipher.encrypt(applicant, table="cases", column="applicant_cipher", row=case_id)
    answers = b"".join(hashlib.sha256(case_id.bytes + bytes([part])).digest() for part in range(24))
    amount = (number % 80 + 1) * 10_000
    return (
        zone.id, case_id, UUID(int=number + 1), MODULE, kind.key, False, True, kind.form.version, state, phase.value, 4,
        f"HD-{submitted.year}-{number:06d}", answers, sealed, zone.union_path, amount, kind.consent.version, submitted,
        UUID(int=2**64 + number), submitted, submitted + timedelta(days=14) if phase is Phase.OPEN else None, *handler,
        "grant" if is_granted else "refuse" if is_decided else None, amount if is_granted else None,
        handler[0] if is_decided else None, amount if is_granted else None, UUID(int=99) if is_decided else None,
        submitted + timedelta(days=number % 20) if phase.is_over else None, submitted if is_decided else None,
        number % 18 if is_decided else None, number % 9 > 0 if is_decided else None, _kept_from(zone, number), is_granted,
    )  # fmt: skip


def _kept_from(zone: ZoneFacts, number: int) -> list[str]:
    """The unions of the employers: of most cases one, of some two, of some none."""
    return [zone.union_path + label(number * step % 500) for step in (3, 7)[: (1, 1, 1, 2, 0)[number % 5]]]


def _names(zone: ZoneFacts, ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    indexes = {name: name_indexes(zone.id, name) for name in NAMES}
    for number, case_id in enumerate(ids):
        for index in indexes[NAMES[number % len(NAMES)]]:
            yield zone.id, uuid4(), case_id, UUID(int=number + 1), index
