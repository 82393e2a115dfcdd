"""A person changes their own mobile number."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.exc import ProgrammingError

from app.core.audit import AuditEntry
from app.core.clock import now
from app.core.errors import Conflict
from app.core.jobs.inline import run_due_events
from app.identity import operations
from app.identity.limits import Limit
from app.identity.operations import codes, phones
from app.identity.sessions import FRESH
from app.identity.tests.conftest import ID, Person
from app.identity.tests.test_links import own_data, reads_own_data
from app.identity.tests.test_notices import messages_of
from app.identity.tests.test_second_factor import code_at, give_totp
from app.identity.tests.test_sign_in import account_of, add_member, new_phone, set_password, without_tokens
from app.members.models import Member
from app.members.sealing import phone_index, seal_phone
from tenants.context import Actor, Plane, scope
from tenants.database import db

PASSWORD = "a long sentence"
LATER = FRESH + timedelta(minutes=1)


@pytest.fixture
def member(world, zone):
    return world.member(zone, "改号人")


@pytest.fixture
def signed_in(member, person) -> Person:
    person.sign_in(member.phone)
    return person


def ask(person: Person, phone: str, *, current: str = ""):
    person.get(f"http://{ID}/account/phone")
    return person.post("/account/phone", phone=phone, current=current)


def change(person: Person, phone: str, *, current: str = ""):
    """Ask for a code to the new number and enter it."""
    ask(person, phone, current=current)
    return person.post("/account/phone/code", code=person.sms.code_for(phone))


def phone_of_member(member_id) -> bytes | None:
    with scope(Plane.WORKER):
        found = db.session.scalar(db.select(Member.phone_index).where(Member.id == member_id))
        db.session.commit()
    return found


def test_a_new_number_is_in_force_for_account_and_member(world, zone, member, signed_in):
    phone = new_phone()
    page = change(signed_in, phone)
    assert (page.status_code, signed_in.here()) == (200, f"{ID}/account/")
    assert "新手机号已生效" in page.text
    assert signed_in.sms.templates[phone] == "new_phone_code"
    account = account_of(phone)
    assert (account.id, account.member_id) == (member.account_id, member.member_id)
    assert phone_of_member(member.member_id) == phone_index(phone)
    assert reads_own_data(signed_in, zone)
    assert phone[-4:] in signed_in.get(own_data(zone)).text
    again = Person(world, signed_in.sms)
    again.sign_in(phone)
    assert reads_own_data(again, zone)


def test_the_former_number_is_nobody_s_any_more(world, zone, member, signed_in):
    change(signed_in, new_phone())
    stranger = Person(world, signed_in.sms)
    stranger.sign_in(member.phone)
    assert account_of(member.phone).id != member.account_id
    assert not reads_own_data(stranger, zone)
    assert reads_own_data(signed_in, zone)


def test_other_devices_are_signed_out_and_this_one_stays_in_its_zones(world, zone, member, signed_in):
    other = Person(world, signed_in.sms)
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        other.sign_in(member.phone)
        assert reads_own_data(other, zone)
        assert reads_own_data(signed_in, zone)
        change(signed_in, new_phone())
        assert not reads_own_data(other, zone)
        assert reads_own_data(signed_in, zone)
        other.get(f"http://{ID}/account/")
        assert other.here() == f"{ID}/sign-in"


def test_it_is_written_down_and_told_to_the_former_number_and_the_inbox(zone, member, signed_in):
    change(signed_in, new_phone())
    [(told, text)] = signed_in.sms.notices
    assert told == member.phone
    assert "新的手机号" in text
    run_due_events()
    assert [kind for kind, _ in messages_of(zone, member.member_id)] == []
    assert "登录手机号已更换" in signed_in.get(f"http://{zone.host}/inbox").text
    with scope(Plane.CITY, reason="test"):
        entry = db.session.scalars(
            db.select(AuditEntry).where(
                AuditEntry.action == "identity.change-phone", AuditEntry.account_id == member.account_id
            )
        ).one()
        db.session.commit()
    assert (entry.subject_member_id, entry.detail) == (member.member_id, {})


def test_a_number_of_another_account_is_answered_like_any_other_until_it_is_proved(world, zone, member, signed_in):
    taken, free = world.member(zone).phone, new_phone()
    pages = []
    for phone in (taken, free):
        ask(signed_in, phone)
        assert signed_in.here() == f"{ID}/account/phone/code"
        pages.append(
            without_tokens(signed_in.page.text).replace(phone, "").replace(f"{phone[3:6]}****{phone[-4:]}", "")
        )
        assert signed_in.sms.sent[-1][0] == phone
        wrong = signed_in.post("/account/phone/code", code="000000")
        assert (wrong.status_code, "已有自己的账号" in wrong.text) == (422, False)
    assert pages[0] == pages[1]
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        refused = change(signed_in, taken)
    assert refused.status_code == 409
    assert "该手机号已有自己的账号" in refused.text
    assert account_of(member.phone).id == member.account_id
    assert phone_of_member(member.member_id) == phone_index(member.phone)


def test_the_present_number_and_what_is_no_number_are_refused_with_what_was_typed(member, signed_in):
    for typed in (member.phone, "12"):
        page = ask(signed_in, typed)
        assert page.status_code == 422
        assert f'value="{typed}"' in page.text
    assert [to for to, _ in signed_in.sms.sent] == [member.phone]


def test_who_signed_in_long_ago_shows_the_password_first(member, signed_in):
    set_password(member.phone, PASSWORD)
    phone = new_phone()
    with time_machine.travel(now() + LATER, tick=True):
        assert 'name="current"' in signed_in.get("/account/phone").text
        refused = ask(signed_in, phone, current="a wrong sentence")
        assert refused.status_code == 422
        assert f'value="{phone}"' in refused.text
        assert ask(signed_in, phone).status_code == 422
        assert [to for to, _ in signed_in.sms.sent] == [member.phone]
        assert change(signed_in, phone, current=PASSWORD).status_code == 200
    assert account_of(phone).id == member.account_id


def test_without_a_password_a_code_to_the_present_number_is_asked_for(member, signed_in):
    phone = new_phone()
    with time_machine.travel(now() + timedelta(minutes=9), tick=True):
        signed_in.get("/account/phone")
    with time_machine.travel(now() + LATER, tick=True):
        page = signed_in.post("/account/phone", phone=phone)
        assert signed_in.here() == f"{ID}/sign-in"
        assert "请先用现在的手机号" in page.text
        signed_in.post(signed_in.path, phone=member.phone)
        signed_in.post(signed_in.path, code=signed_in.sms.code_for(member.phone))
        assert signed_in.here() == f"{ID}/account/phone"
        assert phone not in [to for to, _ in signed_in.sms.sent]
        assert change(signed_in, phone).status_code == 200


def test_a_second_factor_is_asked_for_where_there_is_one(world, zone, sms, person):
    staff = world.staff(zone)
    secret, phone = give_totp(staff.account_id), new_phone()
    person.sign_in(staff.phone)
    person.get("/account/phone")
    assert person.here() == f"{ID}/second-factor"
    person.get("/account/")
    person.post("/account/phone", phone=phone)
    assert person.here() == f"{ID}/second-factor"
    assert phone not in sms.templates
    page = person.post(person.path, code=code_at(secret))
    assert person.here() == f"{ID}/account/phone"
    assert phone.removeprefix("+86") in page.text
    assert change(person, phone).status_code == 200
    assert account_of(phone).id == staff.account_id


def test_what_was_begun_is_over_after_a_while(member, signed_in):
    phone = new_phone()
    ask(signed_in, phone)
    with time_machine.travel(now() + LATER, tick=True):
        signed_in.post("/account/phone/code", code=signed_in.sms.code_for(phone))
        assert signed_in.here() == f"{ID}/sign-in"
    assert account_of(member.phone).id == member.account_id


def test_what_was_begun_is_nobody_else_s(world, member, signed_in):
    phone, other = new_phone(), world.member(world.zone())
    ask(signed_in, phone)
    signed_in.get("/sign-in?again=1")
    signed_in.post("/sign-in?again=1", phone=other.phone)
    signed_in.post("/sign-in/code", code=signed_in.sms.code_for(other.phone))
    signed_in.post("/account/phone/code", code=signed_in.sms.code_for(phone))
    assert signed_in.here() == f"{ID}/account/phone"
    assert [account_of(each.phone).id for each in (member, other)] == [member.account_id, other.account_id]


def test_a_code_to_sign_in_changes_no_number_and_the_other_way_round(world, member, signed_in):
    phone = new_phone()
    signed_in.get(f"http://{ID}/sign-in?again=1")
    signed_in.post("/sign-in?again=1", phone=phone)
    to_sign_in = signed_in.sms.code_for(phone)
    with time_machine.travel(now() + timedelta(minutes=2), tick=True):
        ask(signed_in, phone)
        to_change = signed_in.sms.code_for(phone)
        assert to_change != to_sign_in
        assert signed_in.post("/account/phone/code", code=to_sign_in).status_code == 422
        signed_in.get("/sign-in/code")
        assert signed_in.post("/sign-in/code", code=to_change).status_code == 422


def test_a_code_sent_twice_by_one_form_is_no_wrong_code(member, signed_in):
    phone = new_phone()
    ask(signed_in, phone)
    before = signed_in.client.get_cookie("form", domain=ID)
    signed_in.post("/account/phone/code", code=signed_in.sms.code_for(phone))
    signed_in.client.set_cookie("form", before.value, domain=ID)
    again = signed_in.post("/account/phone/code", code=signed_in.sms.code_for(phone))
    assert (again.status_code, signed_in.here()) == (200, f"{ID}/account/")
    assert "新手机号已生效" in again.text
    assert len(signed_in.sms.notices) == 1


def test_codes_to_new_numbers_are_limited(monkeypatch, signed_in):
    monkeypatch.setattr(phones, "SEND_DAY", Limit("test.new-phone", 2, timedelta(days=365)))
    answers = [ask(signed_in, new_phone()).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert len(signed_in.sms.sent) == 3


def test_guessing_a_code_is_limited(monkeypatch, signed_in):
    monkeypatch.setitem(codes.TRIES.limits, ("pair", "hour"), Limit("test.tries", 2, timedelta(days=365)))
    ask(signed_in, new_phone())
    assert [signed_in.post("/account/phone/code", code="000000").status_code for _ in range(3)] == [422, 422, 429]


def test_an_account_without_a_member_finds_the_one_with_its_new_number(person):
    phone = new_phone()
    person.sign_in(new_phone())
    member_id = add_member(phone)
    change(person, phone)
    person.get("/account/")
    assert account_of(phone).member_id == member_id


def test_a_number_that_staff_have_changed_meanwhile_is_not_written_over(world, zone, member):
    staff_wrote = new_phone()
    with scope(Plane.STAFF, zone=zone):
        db.session.execute(
            db.update(Member)
            .where(Member.id == member.member_id)
            .values(phone_cipher=seal_phone(member.member_id, staff_wrote), phone_index=phone_index(staff_wrote))
        )
        db.session.commit()
    actor = Actor(account_id=member.account_id, member_id=member.member_id)
    with scope(Plane.IDENTITY, actor=actor), pytest.raises(Conflict):
        operations.change_phone(actor, new_phone(), kept=member.account_id)
    assert phone_of_member(member.member_id) == phone_index(staff_wrote)
    assert account_of(member.phone).id == member.account_id


def test_the_database_lets_nobody_s_number_be_changed_but_one_s_own(world, zone, member):
    other = world.member(zone)
    actor = Actor(account_id=member.account_id, member_id=member.member_id)
    with scope(Plane.IDENTITY, actor=actor):
        changed = db.session.execute(
            db.update(Member)
            .where(Member.id == other.member_id)
            .values(phone_index=None, phone_cipher=None)
            .returning(Member.id)
        )
        assert changed.one_or_none() is None
        with pytest.raises(ProgrammingError, match="permission denied"):
            db.session.execute(db.update(Member).where(Member.id == member.member_id).values(name="别人"))


def test_the_page_stands_in_english_too(member, signed_in):
    signed_in.client.set_cookie("hall_locale", "en", domain=ID)
    assert "Change your mobile number" in signed_in.get("/account/phone").text
    ask(signed_in, new_phone())
    assert "Change the number" in signed_in.page.text
