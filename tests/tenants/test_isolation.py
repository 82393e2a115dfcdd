"""The four walls, each alone."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from tenants.context import Plane, scope
from tenants.database import db
from tenants.errors import ForeignZone, NoScope, NoZone, OpenTransaction, UnguardedStatement
from tenants.ids import uuid7
from tenants.isolation import raw_sql
from tenants.models import ZoneRevision


def test_database_work_outside_a_scope_is_refused(world):
    with pytest.raises(NoScope):
        db.session.execute(select(1))


def test_zone_table_without_a_zone_is_refused(world):
    with scope(Plane.STAFF), pytest.raises(NoZone):
        db.session.execute(select(ZoneRevision))


def test_another_scope_cannot_be_entered_with_a_transaction_open(world):
    first, second = world.zone(), world.zone()
    with scope(Plane.STAFF, zone=first):
        db.session.execute(select(ZoneRevision)).all()
        with pytest.raises(OpenTransaction), scope(Plane.STAFF, zone=second):
            pass


def test_a_zone_sees_only_its_own_rows_in_every_form_of_query(world):
    first, _second = world.zone(), world.zone()
    mine = select(ZoneRevision.id).subquery()
    queries = {
        "rows": select(func.count(ZoneRevision.id)),
        "count of a subquery": select(func.count()).select_from(mine),
        "core table": select(func.count()).select_from(ZoneRevision.__table__),
        "scalar subquery": select(select(func.count(ZoneRevision.id)).scalar_subquery()),
    }
    with scope(Plane.STAFF, zone=first):
        assert {name: db.session.execute(query).scalar() for name, query in queries.items()} == dict.fromkeys(
            queries, 1
        )


def test_a_row_for_another_zone_is_refused_before_it_is_written(world):
    first, second = world.zone(), world.zone()
    with scope(Plane.STAFF, zone=first):
        db.session.add(ZoneRevision(zone_id=second.id, id=uuid7(), number=9, status="discarded", document={}))
        with pytest.raises(ForeignZone):
            db.session.flush()


def test_text_on_a_zone_table_is_refused_outside_the_named_places(world):
    zone = world.zone()
    with scope(Plane.STAFF, zone=zone):
        with pytest.raises(UnguardedStatement):
            db.session.execute(text("SELECT count(*) FROM zone_revisions"))
        with pytest.raises(UnguardedStatement):
            db.session.connection().exec_driver_sql("SELECT count(*) FROM zone_revisions")
        with pytest.raises(UnguardedStatement), raw_sql("nobody declared this"):
            pass


@given(reason=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1))
@example(reason="'; RESET ROLE; --")
@example(reason="\\'; RESET ROLE; --")
@example(reason="{} %s 理由 \\")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_whatever_a_reason_says_it_stays_a_reason(world, reason):
    with scope(Plane.CITY, reason=reason):
        kept, role = db.session.execute(select(func.current_setting("hall.reason"), func.current_user())).one()
        db.session.rollback()
    assert (kept, role) == (reason, Plane.CITY)
