"""Each wall taken away in turn: the check that watches it says so, and where another wall covers it that one holds."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from app.factory import create_app
from tenants.context import Plane, scope
from tenants.database import db
from tenants.errors import UnsafeDatabaseRole
from tests.contracts import catalogue
from tests.contracts.rows import planted_scene
from tests.tenants.house import House


@dataclass(frozen=True)
class Wall:
    """How a wall is taken away, which check must complain and in which words, and what holds meanwhile."""

    remove: Callable[[House], AbstractContextManager[None]]
    check: Callable[[House], list[str]]
    complaint: str
    holds: Callable[[House], None] | None = None


def in_database(
    take_away: str,
    put_back: str,
    check: Callable[[House], list[str]],
    complaint: str,
    holds: Callable[[House], None] | None = None,
) -> Wall:
    """A wall of the database's own."""
    return Wall(lambda house: house.without_sql(take_away, put_back), check, complaint, holds)


PICTURES = "ALTER TABLE news_pictures DROP CONSTRAINT {}, ADD CONSTRAINT {} FOREIGN KEY"
BY_ZONE = "news_pictures_zone_id_article_id_fkey"
WALLS = {
    "row-level security": in_database(
        "ALTER TABLE zone_revisions DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE zone_revisions ENABLE ROW LEVEL SECURITY",
        lambda house: house.catalogue(catalogue.unforced_tables),
        "zone_revisions",
        House.guard_confines,
    ),
    "row-level security, as the walk sees it": in_database(
        "ALTER TABLE zone_revisions DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE zone_revisions ENABLE ROW LEVEL SECURITY",
        lambda house: house.walk("zone_revisions"),
        "hall_staff read zone_revisions: reaches a zone's below, another zone's, the zone's above row in the zone",
        House.guard_refuses_foreign_row,
    ),
    "its hold on the owner": in_database(
        "ALTER TABLE files NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE files FORCE ROW LEVEL SECURITY",
        lambda house: house.catalogue(catalogue.unforced_tables),
        "files",
        lambda house: house.rows_of("files")(),
    ),
    "the login's lack of rights": in_database(
        "GRANT SELECT ON files TO hall_app",
        "REVOKE SELECT ON files FROM hall_app",
        lambda house: house.catalogue(catalogue.open_grants),
        "hall_app: SELECT on files",
        House.login_reads_no_row,
    ),
    "rights that policies bind": in_database(
        "GRANT TRUNCATE ON files TO hall_staff",
        "REVOKE TRUNCATE ON files FROM hall_staff",
        lambda house: house.catalogue(catalogue.grants_beyond_rows),
        "hall_staff: TRUNCATE on files",
    ),
    "a policy for reading": in_database(
        "CREATE POLICY hole ON zone_revisions FOR SELECT TO hall_staff USING (true)",
        "DROP POLICY hole ON zone_revisions",
        lambda house: house.walk("zone_revisions"),
        "hall_staff read zone_revisions: reaches a zone's below, another zone's, the zone's above row in the zone",
        House.guard_confines,
    ),
    "a policy for writing": in_database(
        "CREATE POLICY hole ON zone_revisions FOR INSERT TO hall_staff WITH CHECK (true)",
        "DROP POLICY hole ON zone_revisions",
        lambda house: house.walk("zone_revisions"),
        "hall_staff insert zone_revisions: reaches a zone's below, another zone's, the zone's above row in the zone",
        House.guard_refuses_foreign_row,
    ),
    "a policy for one's own rows": in_database(
        "CREATE POLICY hole ON notifications_messages FOR SELECT TO hall_member"
        " USING (zone_id = nullif(current_setting('hall.zone', true), '')::uuid)",
        "DROP POLICY hole ON notifications_messages",
        lambda house: house.walk("notifications_messages"),
        "hall_member read notifications_messages: reaches another member's of the zone row in the zone, as its member",
    ),
    "a policy of a shared table": in_database(
        "CREATE POLICY hole ON members FOR SELECT TO hall_staff USING (true)",
        "DROP POLICY hole ON members",
        lambda house: house.walk("members"),
        "hall_staff read members: reaches",
    ),
    "a grant's columns": in_database(
        "GRANT UPDATE (verified_at) ON members TO hall_staff",
        "REVOKE UPDATE (verified_at) ON members FROM hall_staff",
        House.columns,
        "hall_staff changes of members: verified_at",
        lambda house: house.rows_of("members")(),
    ),
    "a grant's columns, for reading": in_database(
        "GRANT SELECT (phone_cipher) ON members TO hall_identity",
        "REVOKE SELECT (phone_cipher) ON members FROM hall_identity",
        House.columns,
        "hall_identity reads of members: phone_cipher",
    ),
    "what was in force": in_database(
        "ALTER TABLE zone_revisions DISABLE TRIGGER zone_revisions_kept",
        "ALTER TABLE zone_revisions ENABLE TRIGGER zone_revisions_kept",
        House.revisions,
        "document = '{}' of a published revision",
        lambda house: house.rows_of("zone_revisions")(),
    ),
    "a foreign key by zone": in_database(
        f"ALTER TABLE news_articles ADD CONSTRAINT plain UNIQUE (id);"
        f"{PICTURES.format(BY_ZONE, 'plain_fk')} (article_id) REFERENCES news_articles (id) NOT VALID",
        f"{PICTURES.format('plain_fk', BY_ZONE)} (zone_id, article_id) REFERENCES news_articles (zone_id, id)"
        " ON DELETE CASCADE NOT VALID; ALTER TABLE news_articles DROP CONSTRAINT plain",
        lambda house: house.catalogue(catalogue.loose_foreign_keys),
        "news_pictures plain_fk",
        lambda house: house.rows_of("news_pictures")(),
    ),
    "a unique key by zone": in_database(
        "CREATE UNIQUE INDEX plain ON news_categories (id)",
        "DROP INDEX plain",
        lambda house: house.catalogue(catalogue.loose_keys),
        "plain",
    ),
    "a union's path": in_database(
        "ALTER TABLE role_grants DROP CONSTRAINT role_grants_union_id_union_path_fkey",
        "ALTER TABLE role_grants ADD FOREIGN KEY (union_id, union_path) REFERENCES unions (id, path) NOT VALID",
        lambda house: house.catalogue(catalogue.loose_places),
        "role_grants",
        lambda house: house.rows_of("role_grants")(),
    ),
    "the search path of the owner's functions": in_database(
        "ALTER FUNCTION follow_memberships SET search_path = public",
        "ALTER FUNCTION follow_memberships SET search_path = public, pg_temp",
        lambda house: house.catalogue(catalogue.loose_search_paths),
        "follow_memberships",
    ),
    "the stamp on new rows": Wall(
        House.without_stamp,
        House.foreign_row,
        "a row for another zone leaves the session",
        House.policies_refuse_foreign_row,
    ),
    "the compiler": Wall(
        House.without_compiler, House.confinement, "a statement is not confined", House.what_is_unconfined_is_refused
    ),
    "the refusal of what is not confined": Wall(
        House.without_refusal, House.text_refusal, "text() on a zone's table runs", House.policies_keep_zones_apart
    ),
    "the check on entering a scope": Wall(
        House.without_scope_check,
        House.scope_check,
        "a scope is entered over an open transaction",
        House.sessions_stay_apart,
    ),
    "taking the plane's role": Wall(
        House.without_role, House.role, "a transaction runs as hall_app", House.login_has_no_right
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def scene(settings, city):
    with city.app.app_context(), planted_scene(city, settings.database_owner_url) as planted:
        yield planted


@pytest.fixture
def house(world, settings, scene, monkeypatch) -> House:
    return House(world.app, settings, scene, monkeypatch)


@pytest.mark.parametrize("name", list(WALLS))
def test_a_missing_wall_is_noticed_and_the_others_hold(house, name):
    wall = WALLS[name]
    assert wall.check(house) == [], "it stands before"
    with wall.remove(house):
        assert [said for said in wall.check(house) if said.startswith(wall.complaint)]
        if wall.holds is not None:
            wall.holds(house)
    assert wall.check(house) == [], "it stands again"


def test_a_login_that_the_policies_do_not_bind_is_refused(settings):
    """Started with the owner's login, the application does not serve a single row."""
    unsafe = create_app(replace(settings, database_url=settings.database_owner_url))
    with unsafe.app_context():
        with scope(Plane.MEMBER), pytest.raises(UnsafeDatabaseRole):
            db.session.execute(select(1))
        db.engine.dispose()
