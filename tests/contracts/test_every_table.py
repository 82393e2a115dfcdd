"""Every table, raw, on every plane: another zone's rows are neither seen nor touched, and nothing is without a zone."""

from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import make_url

from tenants.context import Plane, ZoneFacts
from tenants.paths import path_end
from tests.contracts.planting import connect_as_owner, plant, tables

# Who may see rows beyond their zone, and why. Everything else in a zone's table stays in the zone.
ACROSS_ZONES = {
    ("outbox_events", "hall_worker"): "the relay leases due events of every zone, and enters each zone to handle one",
    ("outbox_events", "hall_city"): "the city's desk shows what waits and what died, by zone",
    ("zone_revisions", "hall_city"): "the city provisions zones and approves revisions",
    ("zone_domains", "*"): "hosts are resolved before the zone is known; holds no personal data",
    ("zone_slugs", "*"): "former slugs are resolved before the zone is known; holds no personal data",
    ("tasks", "hall_city"): "the city's desk shows long work, by zone",
    ("audit_entries", "hall_city"): "the city audits; its own reading is audited too",
}


@pytest.fixture(scope="module")
def walls(settings, city):
    """Two zones with a row planted in every table of the first."""
    with city.app.app_context():
        first, second = city.zone(), city.zone()
        person = city.member(first)
    with connect_as_owner(settings.database_owner_url) as owner:
        planted = plant(owner, first.id, person.member_id, first.union_path)
    return first, second, person, planted


def _login(settings) -> psycopg.Connection[Any]:
    url = make_url(settings.database_url).set(drivername="postgresql")
    return psycopg.connect(url.render_as_string(hide_password=False))


def _become(connection: psycopg.Connection[Any], plane: str, zone: ZoneFacts | None) -> None:
    for name, value in {
        "role": plane,
        "hall.zone": str(zone.id) if zone else "",
        "hall.path": zone.union_path if zone else "",
        "hall.path_end": path_end(zone.union_path) if zone else "",
        "hall.reason": "walk",
    }.items():
        connection.execute("SELECT set_config(%s, %s, true)", (name, value))


def _seen(
    connection: psycopg.Connection[Any], sql: str, parameters: tuple[Any, ...], plane: str, zone: ZoneFacts | None
) -> int:
    """How many rows a statement sees or changes; a refusal counts as none."""
    try:
        with connection.transaction(force_rollback=True):
            _become(connection, plane, zone)
            cursor = connection.execute(sql, parameters)  # type: ignore[arg-type]
            return cursor.fetchone()[0] if cursor.description else cursor.rowcount  # type: ignore[index]
    except psycopg.errors.InsufficientPrivilege:
        return 0


def _is_excused(table: str, plane: str) -> bool:
    return (table, plane) in ACROSS_ZONES or (table, "*") in ACROSS_ZONES


def leaks(settings, walls) -> list[str]:
    """Every (table, plane, way) in which the first zone's planted row shows from elsewhere."""
    first, second, _person, planted = walls
    found = []
    with _login(settings) as connection:
        for table in planted:
            for plane in Plane:
                if _is_excused(table, plane):
                    continue
                for where, zone in (("another zone", second), ("no zone", None)):
                    for way, sql in (
                        ("read", f"SELECT count(*) FROM {table} WHERE zone_id = %s"),
                        ("update", f"UPDATE {table} SET zone_id = zone_id WHERE zone_id = %s"),
                        ("delete", f"DELETE FROM {table} WHERE zone_id = %s"),
                    ):
                        if _seen(connection, sql, (first.id,), plane, zone):
                            found.append(f"{plane} in {where} can {way} {table}")
    return found


def test_no_plane_sees_or_touches_another_zones_rows(settings, walls):
    assert leaks(settings, walls) == []


def test_the_walk_notices_when_a_policy_is_opened(settings, walls):
    """The walk's own test: with one policy widened, it must say so."""
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("CREATE POLICY hole ON files FOR SELECT TO hall_staff USING (true)")
        owner.commit()
        try:
            assert "hall_staff in another zone can read files" in leaks(settings, walls)
        finally:
            owner.execute("DROP POLICY hole ON files")
            owner.commit()


def test_every_table_is_owned_forced_and_closed_to_the_login(settings, walls):
    with connect_as_owner(settings.database_owner_url) as owner:
        open_tables = owner.execute("""
            SELECT c.relname FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
              AND (NOT c.relrowsecurity OR NOT c.relforcerowsecurity OR pg_get_userbyid(c.relowner) <> 'hall_owner')
        """).fetchall()
    assert open_tables == []
    with _login(settings) as connection:
        for table in walls[3]:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT 1 FROM {table}")  # type: ignore[arg-type]
            connection.rollback()


def test_every_zone_table_leads_with_its_zone(settings, walls):
    """Keys and unique constraints start with zone_id: a foreign key check does not ask the policies."""
    with connect_as_owner(settings.database_owner_url) as owner:
        loose = owner.execute("""
            SELECT c.conrelid::regclass::text, c.conname
            FROM pg_constraint c
            JOIN pg_attribute z ON z.attrelid = c.conrelid AND z.attname = 'zone_id'
            JOIN pg_constraint pk ON pk.conrelid = c.conrelid AND pk.contype = 'p' AND pk.conkey[1] = z.attnum
            WHERE c.contype IN ('p', 'u') AND c.conkey[1] <> z.attnum
        """).fetchall()
    assert loose == []


def test_members_are_seen_by_staff_of_their_own_subtree_only(settings, walls):
    first, second, person, _ = walls
    sql = "SELECT count(*) FROM members WHERE id = %s"
    with _login(settings) as connection:
        assert _seen(connection, sql, (person.member_id,), "hall_staff", first) == 1
        assert _seen(connection, sql, (person.member_id,), "hall_staff", second) == 0
        assert _seen(connection, sql, (person.member_id,), "hall_member", first) == 0


def test_no_column_with_personal_data_is_stored_in_clear(settings, walls):
    """Phones and identity documents exist only as cipher and blind index."""
    with connect_as_owner(settings.database_owner_url) as owner:
        suspicious = [
            (table, column.name, column.type)
            for table, columns in tables(owner).items()
            for column in columns
            if any(word in column.name for word in ("phone", "id_number", "id_card"))
            and column.type not in ("bytea", "boolean", "timestamp with time zone", "uuid", "bigint", "integer")
        ]
    assert suspicious == []
