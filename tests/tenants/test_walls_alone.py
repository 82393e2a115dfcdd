"""Each wall taken away in turn: the others still hold, and the test that watches the missing one notices."""

import psycopg
import pytest
from sqlalchemy import func, select, text

import tenants.context
from tenants.context import Plane, scope
from tenants.database import db
from tenants.errors import OpenTransaction
from tenants.ids import uuid7
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import ZoneRevision
from tests.contracts.planting import connect_as_owner

HERE = allow_raw_sql("tests.walls", "shows that row-level security alone keeps zones apart")


@pytest.fixture
def zones(world):
    return world.zone(), world.zone()


def count(statement) -> int:
    return db.session.execute(statement).scalar_one()


def test_without_the_guard_row_level_security_keeps_zones_apart(zones):
    """Raw SQL is where the guard does not reach."""
    first, second = zones
    for zone in zones:
        with scope(Plane.STAFF, zone=zone), raw_sql(HERE):
            seen = set(db.session.execute(text("SELECT zone_id FROM zone_revisions")).scalars())
        assert seen == {zone.id}
    with scope(Plane.STAFF, zone=first), raw_sql(HERE):
        changed = db.session.execute(
            text("UPDATE zone_revisions SET note = 'x' WHERE zone_id = :id"), {"id": second.id}
        )
        assert changed.rowcount == 0  # type: ignore[attr-defined]


def test_without_row_level_security_the_guard_keeps_zones_apart(settings, zones):
    first, second = zones
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("CREATE POLICY hole ON zone_revisions FOR ALL TO hall_staff USING (true)")
        owner.commit()
        try:
            with scope(Plane.STAFF, zone=first), raw_sql(HERE):
                assert count(text("SELECT count(DISTINCT zone_id) FROM zone_revisions")) > 1, "the hole is open"
            with scope(Plane.STAFF, zone=first):
                assert count(select(func.count(func.distinct(ZoneRevision.zone_id)))) == 1
                assert count(select(func.count(ZoneRevision.id)).where(ZoneRevision.zone_id == second.id)) == 0
        finally:
            owner.execute("DROP POLICY hole ON zone_revisions")
            owner.commit()


def test_without_the_check_on_entering_a_scope_sessions_are_still_apart(zones, monkeypatch):
    first, second = zones
    with scope(Plane.STAFF, zone=first):
        mine = db.session.execute(select(ZoneRevision)).scalar_one()
        with pytest.raises(OpenTransaction), scope(Plane.STAFF, zone=second):
            pass
        monkeypatch.setattr(tenants.context, "_open_checks", [])
        with scope(Plane.STAFF, zone=second):
            theirs = db.session.execute(select(ZoneRevision)).scalar_one()
            assert mine not in db.session
            assert theirs.zone_id == second.id
        assert mine in db.session


def test_a_foreign_key_cannot_reach_into_another_zone(settings, zones):
    """Foreign keys are checked past the policies: only keys that carry the zone hold."""
    first, second = zones
    with connect_as_owner(settings.database_owner_url) as owner:
        category = uuid7()
        owner.execute(
            "INSERT INTO news_categories (zone_id, id, name, slug, position) VALUES (%s, %s, '栏目', 'walls', 99)",
            (first.id, category),
        )
        with pytest.raises(psycopg.errors.ForeignKeyViolation):
            owner.execute(
                "INSERT INTO news_articles (zone_id, id, title, category_id) VALUES (%s, %s, '越界', %s)",
                (second.id, uuid7(), category),
            )


def test_a_login_that_the_policies_do_not_bind_is_refused(settings):
    """Started with the owner's login, the application does not serve a single row."""
    from dataclasses import replace

    from app.factory import create_app
    from tenants.errors import UnsafeDatabaseRole

    unsafe = create_app(replace(settings, database_url=settings.database_owner_url))
    with unsafe.app_context():
        with scope(Plane.MEMBER), pytest.raises(UnsafeDatabaseRole):
            db.session.execute(select(1))
        db.engine.dispose()
