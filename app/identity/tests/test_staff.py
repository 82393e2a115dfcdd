"""Roles: who may give them, where they hold, and how they end."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError, ProgrammingError

from app.core.errors import Forbidden, NotFound
from app.core.platform import platform
from app.identity import operations, queries
from app.identity.errors import CityRoleBelowCity, OwnRole, RoleNotYours, UnknownRole
from app.identity.models import RoleGrant
from app.identity.operations.grants import GRANT_IN_CITY, GRANT_IN_ZONE
from app.identity.roles import CITY_ROLES, permissions_of, permissions_of_role
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.world import World


def zone_admin(person=None) -> Actor:
    return Actor(
        account_id=person.account_id if person else None,
        permissions=permissions_of_role("zone_admin", platform().modules),
    )


def grants_of(account_id) -> list[tuple[str, object]]:
    with scope(Plane.IDENTITY):
        return [
            (grant.role, grant.union_id)
            for grant in db.session.scalars(db.select(RoleGrant).where(RoleGrant.account_id == account_id))
        ]


def grant(zone, actor, account_id, role, union_id):
    with scope(Plane.STAFF, zone=zone, actor=actor):
        found = operations.grant_role(actor, account_id, role, union_id)
        db.session.commit()
        return found


def test_a_role_is_given_for_a_union_of_the_subtree_once_however_often(world: World, zone):
    person = world.member(zone)
    first = grant(zone, zone_admin(), person.account_id, "editor", zone.union_id)
    assert grant(zone, zone_admin(), person.account_id, "editor", zone.union_id) == first
    assert grants_of(person.account_id) == [("editor", zone.union_id)]


@pytest.mark.parametrize(
    ("role", "refusal"), [("city_admin", RoleNotYours), ("emperor", UnknownRole), ("zone_admin", RoleNotYours)]
)
def test_nobody_gives_what_they_do_not_hold(world: World, zone, role, refusal):
    actor = Actor(permissions=frozenset({GRANT_IN_ZONE, "desk.view"}))
    with pytest.raises(refusal):
        grant(zone, actor, world.member(zone).account_id, role, zone.union_id)


def test_without_the_permission_no_role_is_given(world: World, zone):
    actor = Actor(permissions=permissions_of_role("zone_admin", platform().modules) - {GRANT_IN_ZONE})
    with pytest.raises(Forbidden):
        grant(zone, actor, world.member(zone).account_id, "editor", zone.union_id)


def test_no_role_is_given_outside_the_subtree(world: World, zone):
    for union_id in (world.zone().union_id, world.root.id):
        with pytest.raises(NotFound):
            grant(zone, zone_admin(), world.member(zone).account_id, "editor", union_id)


def test_a_city_permission_gives_no_roles_within_a_zone(world: World, zone):
    actor = Actor(permissions=frozenset({GRANT_IN_CITY}))
    with pytest.raises(RoleNotYours):
        grant(zone, actor, world.member(zone).account_id, "zone_admin", zone.union_id)


def test_city_roles_are_not_given_in_a_zone_even_by_those_who_hold_everything(world: World, zone):
    modules = platform().modules
    actor = Actor(permissions=permissions_of_role("zone_admin", modules) | permissions_of_role("city_admin", modules))
    with pytest.raises(RoleNotYours):
        grant(zone, actor, world.member(zone).account_id, "city_admin", zone.union_id)


def test_city_administrators_appoint_in_the_city_console(world: World, zone):
    actor, person = Actor(permissions=frozenset({GRANT_IN_CITY})), world.member(zone)
    with scope(Plane.CITY, actor=actor, reason="test"):
        operations.grant_role(actor, person.account_id, "zone_admin", zone.union_id)
        operations.grant_role(actor, person.account_id, "city_admin", world.root.id)
        db.session.commit()
    assert len(grants_of(person.account_id)) == 2


@pytest.mark.parametrize("role", sorted(CITY_ROLES))
def test_a_city_role_is_given_for_the_city_union_only(world: World, zone, role):
    actor, person = Actor(permissions=frozenset({GRANT_IN_CITY})), world.member(zone)
    with scope(Plane.CITY, actor=actor, reason="test"), pytest.raises(CityRoleBelowCity):
        operations.grant_role(actor, person.account_id, role, zone.union_id)
    assert grants_of(person.account_id) == []


@pytest.mark.parametrize("role", sorted(CITY_ROLES))
def test_a_city_role_below_the_root_would_carry_nothing(zone, role):
    assert permissions_of([(role, zone.union_path)], zone.union_path, platform().modules) == frozenset()


@pytest.mark.parametrize("role", sorted(CITY_ROLES))
def test_the_database_keeps_city_roles_at_the_root_and_out_of_zones(world: World, zone, role):
    person, city_zone = world.member(zone), replace(zone, union_id=world.root.id, union_path=world.root.path)
    below = {"account_id": person.account_id, "role": role, "union_id": zone.union_id, "union_path": zone.union_path}
    with scope(Plane.CITY, reason="test"), pytest.raises(IntegrityError, match="role_grants_city_at_the_root"):
        db.session.execute(db.insert(RoleGrant).values(**below))
    of_the_city = below | {"union_id": city_zone.union_id, "union_path": city_zone.union_path}
    with scope(Plane.STAFF, zone=city_zone), pytest.raises(ProgrammingError, match="row-level security"):
        db.session.execute(db.insert(RoleGrant).values(**of_the_city))


def test_a_grant_s_path_is_its_union_s_own(world: World, zone):
    """Policies and the gate trust the path: it must not be written beside another union."""
    forged = {"account_id": world.member(zone).account_id, "role": "zone_admin", "union_id": world.root.id}
    with scope(Plane.STAFF, zone=zone), pytest.raises(IntegrityError, match="role_grants_union_id_union_path_fkey"):
        db.session.execute(db.insert(RoleGrant).values(**forged, union_path=zone.union_path))


def test_another_zone_s_grants_cannot_be_seen_or_taken(world: World, zone):
    foreign = world.zone()
    staff = world.staff(foreign)
    with scope(Plane.IDENTITY):
        grant_id = db.session.scalar(db.select(RoleGrant.id).where(RoleGrant.account_id == staff.account_id))
    with scope(Plane.STAFF, zone=zone, actor=zone_admin()):
        assert grant_id not in [each.id for each in queries.list_grants()]
        with pytest.raises(NotFound):
            operations.revoke_role(zone_admin(), grant_id)
    assert grants_of(staff.account_id)


def test_nobody_takes_their_own_role_away(world: World, zone):
    staff = world.staff(zone)
    with scope(Plane.STAFF, zone=zone, actor=zone_admin(staff)):
        [mine] = [each.id for each in queries.list_grants() if each.account_id == staff.account_id]
        with pytest.raises(OwnRole):
            operations.revoke_role(zone_admin(staff), mine)


def test_a_role_taken_away_is_without_effect_on_the_next_page(world: World, zone):
    boss, staff = world.staff(zone), world.staff(zone)
    client = world.client(zone, staff)
    assert client.get("/console/staff/").status_code == 200
    with scope(Plane.STAFF, zone=zone, actor=zone_admin(boss)):
        [grant_id] = [each.id for each in queries.list_grants() if each.account_id == staff.account_id]
        operations.revoke_role(zone_admin(boss), grant_id)
        db.session.commit()
    assert client.get("/console/staff/").status_code == 404


def test_the_staff_page_adds_and_takes_away(world: World, zone, person, sms):
    from app.identity.tests.test_second_factor import code_at, give_totp

    boss = world.staff(zone)
    secret = give_totp(boss.account_id)
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(boss.phone)
    person.post(person.path, code=code_at(secret))
    page = person.post("/console/staff/", phone="138 1234 5678", name="李编辑", role="editor", union=zone.union_path)
    assert page.status_code == 200
    assert "李编辑" in page.text
    assert "138****5678" in page.text
    assert "13812345678" not in page.text
    with scope(Plane.IDENTITY):
        account_id = operations.find_account_id("+8613812345678")
    assert grants_of(account_id) == [("editor", zone.union_id)]
    with scope(Plane.STAFF, zone=zone, actor=zone_admin()):
        [grant_id] = [each.id for each in queries.list_grants() if each.account_id == account_id]
    assert person.post(f"/console/staff/{grant_id}/revoke").status_code == 200
    assert grants_of(account_id) == []


@pytest.mark.parametrize(
    "wrong",
    [{"phone": "12"}, {"name": ""}, {"role": "city_admin"}, {"role": "x"}, {"union": "没有这个工会"}, {"union": ""}],
)
def test_the_staff_page_keeps_what_was_typed_when_it_refuses(world: World, zone, person, wrong):
    from app.identity.tests.test_second_factor import code_at, give_totp

    boss = world.staff(zone)
    secret = give_totp(boss.account_id)
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(boss.phone)
    person.post(person.path, code=code_at(secret))
    form = {"phone": "13812340000", "name": "王留下", "role": "editor", "union": zone.union_path} | wrong
    page = person.post("/console/staff/", **form)
    assert page.status_code in (403, 422)
    assert wrong.get("name") == "" or "王留下" in page.text


def test_the_staff_page_does_not_exist_for_members_editors_and_foreign_staff(world: World, zone):
    other = world.zone()
    for visitor in (world.member(zone), world.staff(zone, "editor"), world.staff(other)):
        assert world.client(zone, visitor).get("/console/staff/").status_code == 404
    assert world.client(zone).get("/console/staff/").status_code == 302
