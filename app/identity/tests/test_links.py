"""Whom an account speaks for: it follows the member's phone, and what happens to members is felt by who is signed in."""

from datetime import timedelta

import pytest
import time_machine

from app.core.audit import AuditEntry
from app.core.clock import now
from app.identity.linking import PROOF_LASTS
from app.identity.models import Account
from app.identity.tests.conftest import ID, Person
from app.identity.tests.test_sign_in import account_of, new_phone, set_password
from app.members.corrections import answer_correction, request_correction
from app.members.operations import end_membership, transfer_membership
from app.members.sealing import phone_index
from app.members.tests.rosters import bring_in, document, undo
from app.unions.models import Union
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tenants.ids import uuid7

NAME = "改号人"


def own_data(zone) -> str:
    return f"http://{zone.host}/me/data"


def reads_own_data(person: Person, zone) -> bool:
    """Whether the browser, as it is, shows the member's record."""
    page = person.get(own_data(zone))
    return page.status_code == 200 and person.here() == f"{zone.host}/me/data" and NAME in page.text


def is_member(person: Person, zone) -> bool:
    """Whether the browser, as it is, gets in where only members of the zone do."""
    return person.get(f"{own_data(zone)}/correction").status_code == 200 and person.here().startswith(zone.host)


def change_phone(zone, member_id, phone: str) -> None:
    """The member asks for another number, and staff grant it."""
    correction_id = uuid7()
    member = Actor(member_id=member_id)
    with scope(Plane.MEMBER, zone=zone, actor=member):
        request_correction(member, correction_id, "phone", phone)
        db.session.commit()
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        answer_correction(SYSTEM, correction_id, grant=True, answer="")
        db.session.commit()


def roster_row(phone: str, doc: str, name: str = NAME) -> list[str]:
    return [name, "", doc, phone.removeprefix("+86"), "", "", ""]


@pytest.fixture
def member(world, zone):
    return world.member(zone, NAME)


@pytest.fixture
def upper(world):
    return world.zone()


@pytest.fixture
def lower(world, upper):
    with scope(Plane.MEMBER):
        parent = db.session.get(Union, upper.union_id)
    return world.zone(union=world.union(parent=parent, kind="enterprise"))


@pytest.fixture
def signed_in(zone, member, person) -> Person:
    """The member's browser, signed in at the zone."""
    person.get(own_data(zone))
    person.sign_in(member.phone)
    assert reads_own_data(person, zone)
    return person


def test_a_changed_phone_shuts_the_old_number_out_and_lets_the_new_one_in(world, zone, sms, member, signed_in):
    new = new_phone()
    change_phone(zone, member.member_id, new)
    assert not reads_own_data(signed_in, zone)
    assert signed_in.here() == f"{ID}/sign-in"
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        signed_in.sign_in(member.phone)
        assert not reads_own_data(signed_in, zone)
        assert account_of(member.phone).member_id is None
        owner = Person(world, sms)
        owner.get(own_data(zone))
        owner.sign_in(new)
        assert reads_own_data(owner, zone)
    assert account_of(new).member_id == member.member_id


def test_the_new_number_takes_over_before_the_old_one_is_seen_again(world, zone, sms, member, signed_in):
    new, owner = new_phone(), Person(world, sms)
    change_phone(zone, member.member_id, new)
    owner.get(own_data(zone))
    owner.sign_in(new)
    assert reads_own_data(owner, zone)
    assert not reads_own_data(signed_in, zone)
    with scope(Plane.CITY, reason="test"):
        trail = db.select(AuditEntry.action).where(AuditEntry.subject_member_id == member.member_id)
        actions = db.session.scalars(trail.order_by(AuditEntry.id)).all()
    assert [each for each in actions if each.startswith("identity.")] == [
        "identity.release-member", "identity.link-member",
    ]  # fmt: skip


def test_a_new_number_that_several_gave_takes_the_id_number_as_well(world, zone, sms, person):
    doc, old, shared = document(), new_phone(), new_phone()
    bring_in(zone, roster_row(old, doc), roster_row(shared, document(), "同号人"))
    person.get(own_data(zone))
    person.sign_in(old)
    change_phone(zone, account_of(old).member_id, shared)
    owner = Person(world, sms)
    owner.sign_in(shared)
    assert account_of(shared).member_id is None
    owner.get("/account/membership")
    assert owner.post("/account/membership", id_number=doc).status_code == 200
    assert reads_own_data(owner, zone)
    assert not reads_own_data(person, zone)


def test_who_signed_in_before_the_roster_came_is_a_member_on_the_next_page(zone, person):
    phone = new_phone()
    person.get(own_data(zone))
    person.sign_in(phone)
    assert not reads_own_data(person, zone)
    bring_in(zone, roster_row(phone, document()))
    assert reads_own_data(person, zone)


def test_a_sign_in_by_password_links_too(zone, person):
    phone = new_phone()
    person.sign_in(phone)
    set_password(phone, "a long sentence")
    person.post("/session/end")
    bring_in(zone, roster_row(phone, document()))
    person.get(f"http://{ID}/sign-in/password")
    person.post("/sign-in/password", phone=phone, password="a long sentence")
    assert NAME in person.page.text
    assert account_of(phone).member_id is not None


def test_a_phone_that_may_have_passed_to_somebody_else_links_nobody(zone, person):
    """Carriers give a number out anew after 90 days: an older proof says nothing of whose the member's number is."""
    phone = new_phone()
    person.sign_in(phone)
    set_password(phone, "a long sentence")
    with scope(Plane.IDENTITY):
        old = now() - PROOF_LASTS - timedelta(days=1)
        db.session.execute(
            db.update(Account).where(Account.phone_index == phone_index(phone)).values(phone_proved_at=old)
        )
        db.session.commit()
    person.post("/session/end")
    bring_in(zone, roster_row(phone, document()))
    person.get(f"http://{ID}/sign-in/password")
    person.post("/sign-in/password", phone=phone, password="a long sentence")
    assert account_of(phone).member_id is None
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        person.get(f"http://{ID}/sign-in?again=1")
        person.sign_in(phone)
    assert account_of(phone).member_id is not None


def test_an_ended_membership_ends_on_the_next_page_the_kept_ones_too(zone, member, signed_in):
    signed_in.get(f"http://{zone.host}/")
    signed_in.get("/")
    assert NAME in signed_in.page.text
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        end_membership(SYSTEM, member.member_id, "left")
        db.session.commit()
    assert reads_own_data(signed_in, zone)
    assert not is_member(signed_in, zone)
    assert signed_in.page.status_code == 403


def test_a_transfer_is_felt_on_the_next_page(world, upper, lower, person):
    member = world.member(lower, NAME)
    person.get(own_data(lower))
    person.sign_in(member.phone)
    assert reads_own_data(person, lower)
    with scope(Plane.WORKER, zone=upper, actor=SYSTEM):
        transfer_membership(SYSTEM, member.member_id, upper.union_id, uuid7())
        db.session.commit()
    assert reads_own_data(person, lower)
    assert not is_member(person, lower)
    assert person.page.status_code == 403
    assert is_member(person, upper)


def test_an_undone_import_takes_the_membership_back_on_the_next_page(zone, person):
    phone, doc = new_phone(), document()
    bring_in(zone, roster_row(phone, doc))
    person.get(own_data(zone))
    person.sign_in(phone)
    member_id = account_of(phone).member_id
    assert member_id is not None
    with scope(Plane.STAFF, zone=zone, actor=SYSTEM):
        end_membership(SYSTEM, member_id, "left")
        db.session.commit()
    assert not is_member(person, zone)
    batch = bring_in(zone, roster_row(phone, doc))
    assert is_member(person, zone)
    undo(zone, batch.id)
    assert not is_member(person, zone)
