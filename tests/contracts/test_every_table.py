"""Every table, raw, on every plane: who reaches whose rows, by which right, and in which columns."""

from collections.abc import Iterator

import psycopg
import pytest

from tenants.context import Plane
from tests.contracts import catalogue
from tests.contracts.planting import CANARY, connect_as_owner, tables
from tests.contracts.reach import BEYOND, CHANGED, READ_IN_PART, SHARED, WHOLE
from tests.contracts.rows import Scene, Whose, planted_scene
from tests.contracts.walk import Where, acting, login
from tests.contracts.wrongs import Measured, measure, rewritten_revisions, wrong_columns, wrong_reach


@pytest.fixture(scope="module")
def scene(settings, city) -> Iterator[Scene]:
    with city.app.app_context(), planted_scene(city, settings.database_owner_url) as planted:
        yield planted


@pytest.fixture
def owner(settings):
    with connect_as_owner(settings.database_owner_url) as connection:
        yield connection


@pytest.fixture(scope="module")
def measured(settings, scene) -> Measured:
    return measure(settings, scene)


def test_every_plane_reaches_exactly_the_rows_it_may(owner, scene, measured):
    assert wrong_reach(owner, scene, measured) == []


def test_every_plane_reads_and_changes_exactly_the_columns_it_may(owner, scene):
    assert wrong_columns(owner, scene) == []


def test_the_walk_reaches_what_is_there(owner, measured):
    """Its positive control: of each zone's table some plane in the zone reads the zone's own row."""
    read = {
        table
        for found in measured.values()
        for (table, right), reached in found.items()
        if right == "read" and any(whose is Whose.OWN for _where, whose in reached)
    }
    assert catalogue.zone_tables(owner) - read == set()


def test_every_line_of_the_table_of_reach_is_of_a_table_there_is(owner, scene):
    named = {*SHARED, *WHOLE, *(table for table, *_ in (*BEYOND, *CHANGED, *READ_IN_PART))}
    assert named - scene.rows.keys() == set()
    assert set(SHARED) & catalogue.zone_tables(owner) == set()


def test_every_table_is_owned_and_forced(owner):
    assert catalogue.unforced_tables(owner) == []


def test_nobody_but_the_planes_holds_a_right(owner):
    assert catalogue.open_grants(owner) == []
    assert catalogue.grants_beyond_rows(owner) == []


def test_every_table_is_closed_to_the_login_before_it_takes_a_plane(settings, scene):
    with login(settings.database_url) as connection:
        for table in scene.rows:
            for sql in (f"SELECT 1 FROM {table}", f"INSERT INTO {table} DEFAULT VALUES", f"DELETE FROM {table}"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(sql)  # type: ignore[arg-type]
                connection.rollback()


def test_functions_with_their_owner_s_rights_look_where_no_caller_writes(owner):
    assert catalogue.loose_search_paths(owner) == []


def test_every_key_of_a_zone_begins_with_it(owner):
    assert catalogue.loose_keys(owner) == []
    assert catalogue.loose_foreign_keys(owner) == []


def test_every_union_path_is_kept_that_of_its_union(owner):
    assert catalogue.loose_places(owner) == []


@pytest.mark.parametrize("plane", Plane)
def test_an_audit_entry_is_written_in_the_writer_s_own_name(settings, scene, plane):
    """Forged entries: of another account, of nobody, of another plane."""
    own = scene.owners[Whose.OWN]
    honest = {"plane": str(plane), "account_id": own.account_id}
    others = [role for role in Plane if role is not plane]
    forged = [{"account_id": scene.owners[Whose.NEIGHBOUR].account_id}, {"account_id": None}, {"plane": str(others[0])}]
    with login(settings.database_url) as connection, acting(connection, scene, plane, Where.AS_MEMBER):
        assert _writes_entry(connection, scene, honest)
        assert [lie for lie in forged if _writes_entry(connection, scene, honest | lie)] == []


def _writes_entry(connection: psycopg.Connection, scene: Scene, said: dict[str, object]) -> bool:
    (row,) = scene.new_rows("audit_entries", Whose.OWN, said | {"detail": "{}"})
    names, places = ", ".join(row), ", ".join(["%s"] * len(row))
    try:
        with connection.transaction():
            connection.execute(f"INSERT INTO audit_entries ({names}) VALUES ({places})", list(row.values()))  # type: ignore[arg-type]
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def test_a_revision_that_was_in_force_is_never_rewritten(settings, scene):
    assert rewritten_revisions(settings, scene) == []


def test_nobody_deletes_a_revision(scene, measured):
    assert [plane for plane in Plane if ("zone_revisions", "delete") in measured[plane]] == []


def test_a_draft_is_written_published_and_superseded(settings, scene):
    own = scene.owners[Whose.OWN].zone
    change = "UPDATE zone_revisions SET {} WHERE zone_id = %s AND status = %s"
    with login(settings.database_url) as connection, acting(connection, scene, Plane.STAFF, Where.AS_MEMBER):
        for assigned, status in (
            ('document = \'{"slogan": "x"}\'', "draft"),
            ("status = 'superseded'", "published"),
            ("status = 'published', published_at = now(), note = 'x'", "draft"),
        ):
            assert connection.execute(change.format(assigned), (own.id, status)).rowcount == 1  # type: ignore[arg-type]


def test_no_column_with_personal_data_is_stored_in_clear(owner):
    """Phones and identity documents exist only as cipher and blind index."""
    suspicious = [
        (table, column.name, column.type)
        for table, columns in tables(owner).items()
        for column in columns
        if any(word in column.name for word in ("phone", "id_number", "id_card"))
        and column.type not in ("bytea", "boolean", "timestamp with time zone", "uuid", "bigint", "integer")
    ]
    assert suspicious == []


def test_planted_rows_carry_a_canary(scene):
    """What the walks over pages look for is in what they plant."""
    assert all(CANARY in str(row) for row in scene.rows["news_articles"][Whose.OWN])
