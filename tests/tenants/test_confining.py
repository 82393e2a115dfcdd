"""The compiler's wall by itself: on a plane whose policies show every zone, statements still reach one zone only."""

from datetime import timedelta

import pytest
from sqlalchemy import (
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    tablesample,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.orm import aliased

from app.core.clock import now
from app.core.outbox import OutboxEvent
from tenants.context import Plane, scope
from tenants.database import Base, db
from tenants.errors import NoZone, UnguardedStatement
from tenants.ids import uuid7
from tenants.isolation import RUNNING_ZONE, allow_raw_sql, raw_sql
from tenants.models import Zone, ZoneRevision

R = ZoneRevision
TABLE = Base.metadata.tables["zone_revisions"]
ALIAS = aliased(R)
E = OutboxEvent  # the worker's plane writes events of every zone, as far as its policies go
EVENTS = Base.metadata.tables["outbox_events"]
BESIDE = aliased(E)
PLACE = allow_raw_sql("tests.confining", "counts what the wall lets through")


def _counts():
    rows = select(R.id)
    return {
        "entities": select(func.count(R.id)),
        "core table": select(func.count()).select_from(TABLE),
        "alias": select(func.count(ALIAS.id)),
        "alias of the core table": select(func.count()).select_from(TABLE.alias("x")),
        "subquery": select(func.count()).select_from(rows.subquery()),
        "common table expression": select(func.count()).select_from(rows.cte("mine")),
        "scalar subquery": select(select(func.count(R.id)).scalar_subquery()),
        "in": select(func.count(R.id)).where(R.id.in_(rows)),
        "union": select(func.count()).select_from(union_all(rows, select(ALIAS.id).where(ALIAS.number < 0)).subquery()),
        "lateral": select(func.count()).select_from(Zone).join(rows.where(Zone.id == R.zone_id).lateral("l"), true()),
        "join from a shared table": select(func.count(R.id)).select_from(Zone).join(R, R.zone_id == Zone.id),
        "outer join": select(func.count(R.id)).select_from(Zone).outerjoin(R, R.zone_id == Zone.id),
        "full join": select(func.count(R.id)).select_from(Zone).outerjoin(R, R.zone_id == Zone.id, full=True),
        "join by a condition": select(func.count(R.id)).where(R.zone_id == Zone.id),
        "sample": select(func.count()).select_from(tablesample(TABLE, func.system(100))),
        "exists": select(func.count(Zone.id)).where(exists().where(R.zone_id == Zone.id, R.status == "published")),
        "filtered after grouping": select(func.count()).select_from(select(R.zone_id).group_by(R.zone_id).subquery()),
    }  # fmt: skip


@pytest.fixture
def zones(world):
    return [world.zone() for _ in range(3)]


@pytest.mark.parametrize("name", list(_counts()))
def test_every_form_of_query_counts_one_zone(zones, name):
    for zone in (*zones, zones[0]):
        with scope(Plane.CITY, zone=zone, reason="test"):
            assert db.session.execute(_counts()[name]).scalar_one() == 1


def test_the_plane_of_these_tests_shows_all_zones_to_raw_sql(zones):
    with scope(Plane.CITY, zone=zones[0], reason="test"), raw_sql(PLACE):
        assert db.session.execute(text("SELECT count(*) FROM zone_revisions")).scalar_one() >= 3


def test_rows_of_another_zone_are_not_found_by_their_key(zones):
    with scope(Plane.CITY, zone=zones[1], reason="test"):
        assert db.session.get(R, (zones[0].id, zones[0].revision_id)) is None
        assert db.session.get(R, (zones[1].id, zones[1].revision_id)) is not None


@pytest.fixture
def events(zones):
    """An event in each zone, due long after the test."""
    for zone in zones:
        with scope(Plane.WORKER, zone=zone):
            db.session.add(E(kind="test", dedupe_key="one", payload={}, available_at=now() + timedelta(days=9)))
            db.session.commit()
    yield
    for zone in zones:
        with scope(Plane.WORKER, zone=zone):
            db.session.execute(delete(E))
            db.session.commit()


def _rows_written(write) -> int:
    try:
        return db.session.execute(write).rowcount  # type: ignore[attr-defined]
    finally:
        db.session.rollback()


@pytest.mark.parametrize(
    "write",
    [update(E).values(last_error="x"), update(EVENTS).values(last_error="x"), delete(E), delete(EVENTS)],
    ids=str,
)
def test_writes_reach_one_zone(zones, events, write):
    with scope(Plane.WORKER, zone=zones[0]):
        assert _rows_written(write) == 1


@pytest.mark.parametrize("beside", [BESIDE, EVENTS.alias("beside").c], ids=["entity", "core table"])
def test_what_a_write_reads_beside_its_target_is_of_the_zone_too(zones, events, beside):
    """UPDATE … FROM and DELETE … USING: a foreign row beside the target must not decide what is written."""
    for wanted, rows in ((zones[0], 1), (zones[1], 0)):
        with scope(Plane.WORKER, zone=zones[0]):
            decided = (beside.zone_id == wanted.id) & (beside.kind == E.kind)
            assert _rows_written(update(E).values(last_error="x").where(decided)) == rows
            assert _rows_written(update(EVENTS).values(last_error=beside.kind).where(decided)) == rows
            assert _rows_written(delete(E).where(decided)) == rows


def test_a_shared_table_is_not_written_by_what_stands_in_another_zone(zones, events):
    for wanted, rows in ((zones[0], 1), (zones[1], 0)):
        with scope(Plane.CITY, zone=zones[0], reason="test"):
            decided = (E.zone_id == wanted.id) & (E.kind != Zone.slug)
            write = update(Zone).values(state_reason="x").where(Zone.id == zones[0].id, decided)
            assert _rows_written(write) == rows


COPIED = ["zone_id", "id", "kind", "dedupe_key"]


def _copy(*parts):
    rows = [select(zone, func.gen_random_uuid(), literal("copy"), key).select_from(E) for zone, key in parts]
    return insert(E).from_select(COPIED, rows[0] if len(rows) == 1 else union_all(*rows), include_defaults=False)


COPY = _copy((RUNNING_ZONE, E.dedupe_key + "!"))


@pytest.mark.parametrize(
    "copy",
    [
        COPY,
        _copy((RUNNING_ZONE, E.dedupe_key + "!"), (RUNNING_ZONE, literal("y"))),
        select(func.count()).select_from(select(E.id).cte("read")).add_cte(COPY.cte("written")),
    ],
    ids=["rows", "union", "beside a query"],
)
def test_rows_that_are_selected_are_written_to_the_running_zone(zones, events, copy):
    for zone in zones[:2]:
        with scope(Plane.WORKER, zone=zone):
            db.session.execute(copy)
            written = db.session.scalars(select(E.zone_id).where(E.kind == "copy")).all()
            db.session.rollback()
        assert set(written) == {zone.id}


@pytest.mark.parametrize(
    "copy",
    [
        _copy((E.zone_id, E.dedupe_key)),
        _copy((literal(uuid7()), E.dedupe_key)),
        _copy((RUNNING_ZONE, E.dedupe_key), (literal(uuid7()), literal("y"))),
        insert(E).from_select(COPIED[1:], select(E.id, E.kind, E.dedupe_key), include_defaults=False),
        select(literal(1)).add_cte(_copy((literal(uuid7()), E.dedupe_key)).cte("written")),
        select(literal(1)).add_cte(
            insert(E).values(zone_id=uuid7(), id=uuid7(), kind="x", dedupe_key="x").cte("written")
        ),
    ],
    ids=["a read zone", "a named zone", "one of a union", "no zone", "beside a query", "values beside a query"],
)
def test_rows_that_are_selected_for_any_other_zone_are_refused(zones, events, copy):
    with scope(Plane.WORKER, zone=zones[0]), pytest.raises(UnguardedStatement):
        db.session.execute(copy)


def _moves(home, elsewhere):
    kept = upsert(E).values(zone_id=home, id=uuid7(), kind="x", dedupe_key="x")
    return {
        "by column": (update(E).values({E.zone_id: elsewhere}), {}),
        "by name": (update(E).values(zone_id=elsewhere), {}),
        "core table": (update(EVENTS).values(zone_id=elsewhere), {}),
        "parameter": (update(EVENTS), {"zone_id": elsewhere}),
        "among others": (update(E).values(last_error="x", zone_id=elsewhere), {}),
        "in an order": (update(E).ordered_values((E.zone_id, elsewhere)), {}),
        "on conflict": (kept.on_conflict_do_update(index_elements=["zone_id", "id"], set_={"zone_id": elsewhere}), {}),
    }


@pytest.mark.parametrize("name", list(_moves(uuid7(), uuid7())))
def test_a_row_is_not_moved_to_another_zone(zones, events, name):
    statement, parameters = _moves(zones[0].id, zones[1].id)[name]
    with scope(Plane.WORKER, zone=zones[0]), pytest.raises(UnguardedStatement, match="SET zone_id"):
        db.session.execute(statement, parameters)


def test_a_changed_row_is_written_to_its_zone_only(zones):
    for zone in zones[:2]:
        with scope(Plane.STAFF, zone=zone):
            db.session.add(R(number=2, status="draft", document={}))
            db.session.commit()
    with scope(Plane.STAFF, zone=zones[0]):
        draft = db.session.execute(select(R).where(R.status == "draft")).scalar_one()
        draft.note = "changed"
        db.session.commit()
    for zone, note in ((zones[0], "changed"), (zones[1], "")):
        with scope(Plane.STAFF, zone=zone):
            assert db.session.execute(select(R.note).where(R.status == "draft")).scalar_one() == note


@pytest.mark.parametrize(
    "statement",
    [
        text("SELECT count(*) FROM zone_revisions"),
        select(R.id).where(text("id IN (SELECT id FROM zone_revisions)")),
        select(R.id, literal_column("(SELECT count(*) FROM zone_revisions)")),
        select(Zone.id, literal_column("(SELECT count(*) FROM zone_revisions)")),
        insert(R).from_select(["id"], select(R.id)),
    ],
    ids=str,
)
def test_what_cannot_be_confined_is_refused_each_time(zones, statement):
    for _ in range(2):
        with scope(Plane.CITY, zone=zones[0], reason="test"), pytest.raises(UnguardedStatement):
            db.session.execute(statement)


def test_what_a_raw_place_has_compiled_stays_refused_elsewhere(zones):
    statement = select(R.id).where(text("number IN (SELECT number FROM zone_revisions)"))
    with scope(Plane.CITY, zone=zones[0], reason="test"):
        with raw_sql(PLACE):
            db.session.execute(statement)
        with pytest.raises(UnguardedStatement):
            db.session.execute(statement)


def test_a_statement_around_the_session_is_refused(zones):
    with scope(Plane.CITY, zone=zones[0], reason="test"), pytest.raises(UnguardedStatement):
        db.session.connection().execute(select(R.id))


def test_an_insert_hidden_in_another_statement_is_refused(zones):
    hidden = (
        insert(R).values(zone_id=zones[1].id, id=uuid7(), number=9, status="draft", document={}).returning(R.id).cte()
    )
    with scope(Plane.CITY, zone=zones[0], reason="test"), pytest.raises(UnguardedStatement):
        db.session.execute(select(hidden))


def test_without_a_zone_nothing_is_asked(zones):
    with scope(Plane.CITY, reason="test"), pytest.raises(NoZone):
        db.session.execute(select(R.id))


def test_without_the_compiler_every_statement_on_a_zone_s_table_is_refused(zones, monkeypatch):
    with scope(Plane.CITY, zone=zones[0], reason="test"):
        monkeypatch.setattr(db.engine.dialect, "statement_compiler", PGDialect_psycopg.statement_compiler)
        with pytest.raises(UnguardedStatement):
            db.session.execute(select(R.id, R.number, R.note, R.status))
