"""Ending access: blocked accounts, roles with an end, the city's own staff."""

import threading
from datetime import timedelta

import pytest
import time_machine

from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.identity import operations
from app.identity.errors import LastCityAdmin, OwnAccount, OwnRole
from app.identity.models import Account, RoleGrant
from app.identity.operations.grants import GRANT_IN_CITY, keep_a_city_admin
from app.identity.schemas import end_of_day
from app.identity.tests.test_second_factor import code_at, give_totp
from app.identity.tests.test_sign_in import set_password
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tests.fixtures.forms import fill

CITY = "city.hall.test"
OPERATOR = Actor(name="test", permissions=frozenset({GRANT_IN_CITY}))


def grant(person, role: str, union_id, **more):
    with scope(Plane.CITY, actor=OPERATOR, reason="test"):
        found = operations.grant_role(OPERATOR, person.account_id, role, union_id, **more)
        db.session.commit()
        return found


def grants_of(person) -> list[RoleGrant]:
    with scope(Plane.IDENTITY):
        found = db.select(RoleGrant).where(RoleGrant.account_id == person.account_id)
        return list(db.session.scalars(found))


def block(person, actor: Actor = OPERATOR) -> None:
    with scope(Plane.IDENTITY, actor=actor):
        operations.block_account(actor, person.account_id, "lost phone")
        db.session.commit()


def unblock(person) -> None:
    with scope(Plane.IDENTITY, actor=OPERATOR):
        operations.unblock_account(person.account_id, "found again")
        db.session.commit()


def test_a_blocked_account_is_out_on_the_next_page_and_back_after_signing_in_anew(world, zone, person):
    member = world.member(zone)
    set_password(member.phone, "a long sentence")
    client = world.client(zone, member)
    assert client.get("/me/data").status_code == 200
    block(member)
    assert client.get("/me/data").status_code == 302
    person.get("http://id.hall.test/sign-in/password")
    form = {"phone": member.phone, "password": "a long sentence"}
    assert person.post("/sign-in/password", **form).status_code == 403
    unblock(member)
    assert client.get("/me/data").status_code == 302
    assert person.post("/sign-in/password", **form).status_code == 200


def test_nobody_blocks_their_own_account(world, zone):
    admin = world.city_admin()
    with pytest.raises(OwnAccount):
        block(admin, Actor(account_id=admin.account_id, permissions=OPERATOR.permissions))


def test_an_expired_role_opens_nothing_and_is_renewed_by_giving_it_again(world, zone):
    person = world.member(zone)
    first = grant(person, "zone_admin", zone.union_id, expires_at=now() + timedelta(days=1))
    client = world.client(zone, person)
    assert client.get("/console/staff/").status_code == 200
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        late = world.client(zone, person)
        assert late.get("/console/staff/").status_code == 404
        again = grant(person, "zone_admin", zone.union_id)
        assert late.get("/console/staff/").status_code == 200
    assert again != first
    assert [each.expires_at for each in grants_of(person)] == [None]


def test_giving_a_role_again_with_an_end_shortens_it(world, zone):
    person, until = world.member(zone), now() + timedelta(days=1)
    grant(person, "editor", zone.union_id, name="小李")
    renewed = grant(person, "editor", zone.union_id, expires_at=until)
    assert grant(person, "editor", zone.union_id, expires_at=until) == renewed
    assert [(each.expires_at, each.name) for each in grants_of(person)] == [(until, "小李")]


def test_nobody_renews_their_own_role(world, zone):
    person = world.member(zone)
    grant(person, "zone_admin", zone.union_id, expires_at=now() + timedelta(days=1))
    me = Actor(account_id=person.account_id, permissions=frozenset({GRANT_IN_CITY}))
    with scope(Plane.CITY, actor=me, reason="test"), pytest.raises(OwnRole):
        operations.grant_role(me, person.account_id, "zone_admin", zone.union_id)


@pytest.fixture
def only_admins(world):
    """Makes these the only city administrators; the others of the shared city have theirs back afterwards."""
    with scope(Plane.CITY, reason="test"):
        others = list(db.session.scalars(db.select(RoleGrant).where(RoleGrant.role == "city_admin")))
        kept = [(each.account_id, each.union_id, each.union_path) for each in others]
        db.session.execute(db.delete(RoleGrant).where(RoleGrant.role == "city_admin"))
        db.session.commit()
    yield
    with scope(Plane.CITY, reason="test"):
        for account_id, union_id, union_path in kept:
            db.session.add(
                RoleGrant(account_id=account_id, role="city_admin", union_id=union_id, union_path=union_path)
            )
        db.session.commit()


def test_the_last_administrator_of_the_city_stays(world, only_admins):
    last, lapsed = world.city_admin(), world.member(world.union())
    grant(lapsed, "city_admin", world.root.id, expires_at=now() + timedelta(days=1))
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        with scope(Plane.CITY, actor=OPERATOR, reason="test"), pytest.raises(LastCityAdmin):
            operations.take_role(OPERATOR, last.account_id, "city_admin", world.root.id)
        with pytest.raises(LastCityAdmin):
            block(last)
    grant(lapsed, "city_admin", world.root.id)
    block(last)


def test_two_administrators_cannot_send_each_other_away_at_once(world, only_admins):
    people = [world.city_admin(), world.city_admin()]
    refused, both_asked = [], threading.Barrier(2, timeout=10)

    def send_away(other) -> None:
        both_asked.wait()
        try:
            with world.app.app_context(), scope(Plane.CITY, actor=OPERATOR, reason="test"):
                operations.take_role(OPERATOR, other.account_id, "city_admin", world.root.id)
                db.session.commit()
        except LastCityAdmin:
            refused.append(other)

    threads = [threading.Thread(target=send_away, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert len([each for person in people for each in grants_of(person)]) == 1


def test_those_who_ask_whether_the_city_keeps_an_administrator_wait_for_each_other(world):
    leaving = world.city_admin()
    world.city_admin()
    asked = threading.Event()

    def ask() -> None:
        with world.app.app_context(), scope(Plane.CITY, reason="test"):
            keep_a_city_admin(leaving.account_id)
        asked.set()

    with scope(Plane.CITY, reason="test"):
        keep_a_city_admin(leaving.account_id)
        thread = threading.Thread(target=ask)
        thread.start()
        was_first = asked.wait(0.5)
        db.session.commit()
    thread.join()
    assert (was_first, asked.is_set()) == (False, True)


def test_the_city_page_appoints_shows_and_takes_away(world):
    client = world.client(CITY, world.city_admin())
    until = today_in_china() + timedelta(days=30)
    page = fill(
        client, "/city/staff/", phone="13712345001", name="市级小王", role="city_admin", until=until.isoformat()
    )
    assert page.status_code == 303, page.text
    shown = client.get("/city/staff/").text
    assert "市级小王" in shown
    assert "137****5001" in shown
    assert until.isoformat() in shown
    with scope(Plane.IDENTITY):
        account_id = operations.find_account_id("+8613712345001")
        [appointed] = db.session.scalars(db.select(RoleGrant).where(RoleGrant.account_id == account_id))
    assert appointed.expires_at == end_of_day(until)
    assert fill(client, "/city/staff/", post_to=f"/city/staff/{appointed.id}/revoke").status_code == 303
    assert "市级小王" not in client.get("/city/staff/").text


def test_the_city_page_refuses_one_s_own_role(world):
    admin = world.city_admin()
    client = world.client(CITY, admin)
    [mine] = grants_of(admin)
    assert fill(client, "/city/staff/", post_to=f"/city/staff/{mine.id}/revoke").status_code == 409
    assert grants_of(admin)


@pytest.mark.parametrize("wrong", [{"phone": "12"}, {"name": ""}, {"role": "editor"}, {"until": "2020-01-01"}])
def test_the_city_page_keeps_what_was_typed_when_it_refuses(world, wrong):
    client = world.client(CITY, world.city_admin())
    form = {"phone": "13712345002", "name": "王留下", "role": "city_admin"} | wrong
    page = fill(client, "/city/staff/", **form)
    assert page.status_code == 422
    assert wrong.get("name") == "" or "王留下" in page.text


def test_the_city_page_closes_an_account_and_opens_it_again(world, zone):
    client, member = world.client(CITY, world.city_admin()), world.member(zone)
    theirs = world.client(zone, member)
    close = {"post_to": "/city/staff/accounts", "phone": member.phone, "reason": "手机丢失"}
    assert theirs.get("/me/data").status_code == 200
    assert fill(client, "/city/staff/", **close, deed="block").status_code == 303
    assert theirs.get("/me/data").status_code == 302
    assert fill(client, "/city/staff/", **close, deed="unblock").status_code == 303
    assert world.client(zone, member).get("/me/data").status_code == 200
    page = fill(client, "/city/staff/", post_to="/city/staff/accounts", phone="13799999999", reason="x", deed="block")
    assert (page.status_code, "13799999999" in page.text) == (404, True)


def test_the_city_page_is_the_city_administrators(world, zone):
    for person in (world.member(zone), world.staff(zone)):
        assert world.client(CITY, person).get("/city/staff/").status_code == 404
    assert world.client(CITY).get("/city/staff/").status_code == 302


def test_what_is_not_there_is_not_taken(world, zone):
    with scope(Plane.CITY, actor=OPERATOR, reason="test"), pytest.raises(NotFound):
        operations.take_role(OPERATOR, world.member(zone).account_id, "editor", zone.union_id)


def test_a_foreign_member_s_name_is_not_told_to_who_types_their_phone(world, zone, person):
    boss, foreign = world.staff(zone), world.member(world.zone(), "别县某人")
    secret = give_totp(boss.account_id)
    person.get(f"http://{zone.host}/console/staff/")
    person.sign_in(boss.phone)
    person.post(person.path, code=code_at(secret))
    form = {"name": "随便写的", "role": "editor", "union": zone.union_path}
    page = person.post("/console/staff/", phone=foreign.phone, **form)
    assert "随便写的" in page.text
    assert "别县某人" not in page.text
    nameless = world.member(world.zone(), "别市某人")
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(Account.id == nameless.account_id).values(display_name=""))
        db.session.commit()
    grant(nameless, "editor", zone.union_id)
    assert "别市某人" not in person.get("/console/staff/").text
    ours = world.member(zone, "本县会员")
    assert "本县会员" in person.post("/console/staff/", phone=ours.phone, **form).text
