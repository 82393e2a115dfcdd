"""Signing in by SMS and by password."""

import itertools
import re
import threading
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher

from app.core.clock import now
from app.core.platform import platform
from app.identity import operations
from app.identity.models import Account, Session, SignInCode
from app.identity.operations import Attempt, codes, passwords
from app.identity.tests.conftest import ID, Person
from app.members.models import Member
from app.members.sealing import document_index, phone_index, seal_phone
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

_numbers = itertools.count(1)


def new_phone() -> str:
    """A number that no other test gives anybody: the whole run shares one member database."""
    return f"+86193{next(_numbers):08d}"


def account_of(phone: str) -> Account:
    with scope(Plane.IDENTITY):
        return db.session.scalars(db.select(Account).where(Account.phone_index == phone_index(phone))).one()


def add_member(phone: str, name: str = "同号", **columns: object):
    member_id = uuid7()
    with scope(Plane.WORKER):
        db.session.add(
            Member(
                id=member_id,
                name=name,
                phone_index=phone_index(phone),
                phone_cipher=seal_phone(member_id, phone),
                **columns,
            )
        )
        db.session.commit()
    return member_id


def set_password(phone: str, password: str) -> None:
    with scope(Plane.IDENTITY):
        operations.ensure_account(phone, "", password=password)
        db.session.commit()


def without_tokens(text: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text)


def test_first_sign_in_makes_an_account_linked_to_the_member_with_this_phone(person):
    phone = new_phone()
    member_id = add_member(phone, "王小明")
    page = person.sign_in(phone)
    assert (page.status_code, person.here()) == (200, f"{ID}/account/")
    assert "王小明" in page.text
    assert account_of(phone).member_id == member_id


def test_a_phone_nobody_knows_gets_a_code_and_an_account_without_membership(person):
    phone = new_phone()
    assert person.sign_in(phone).status_code == 200
    assert account_of(phone).member_id is None


def test_a_phone_several_members_gave_links_none_until_the_id_number_tells_them_apart(person):
    phone, number = new_phone(), "11010519491231002X"
    add_member(phone, "甲")
    mine = add_member(
        phone, "乙", id_kind="resident_id", id_cipher=b"x", id_index=document_index("resident_id", number)
    )
    assert "membership" in person.sign_in(phone).text
    assert account_of(phone).member_id is None
    person.get("/account/membership")
    assert person.post("/account/membership", id_number="110105194912310011").status_code == 422
    assert person.post("/account/membership", id_number=number).status_code == 200
    assert account_of(phone).member_id == mine


@pytest.mark.parametrize("typed", ["12345678901", "0759-3338888", "+1 415 555 2671", "", "<b>", "1" * 300])
def test_what_is_no_mainland_mobile_number_is_refused_and_stays_in_the_form(person, typed):
    person.get(f"http://{ID}/sign-in")
    page = person.post("/sign-in", phone=typed)
    assert page.status_code == 422
    assert person.sms.sent == []
    assert typed == "" or typed.replace("<", "&lt;").replace(">", "&gt;") in page.text


def test_usual_spellings_of_a_number_are_one_number(person):
    person.get(f"http://{ID}/sign-in")
    person.post("/sign-in", phone=" +86 138-0013-8000 ")
    assert person.sms.sent[0][0] == "+8613800138000"


def test_a_code_with_spaces_and_full_width_digits_is_as_good(person):
    phone = new_phone()
    person.ask_for_code(phone)
    code = person.sms.code_for(phone)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code[:3])
    assert person.post("/sign-in/code", code=f" {wide} {code[3:]}").status_code == 200


def test_a_code_works_once(world, sms, person):
    phone, thief = new_phone(), Person(world, sms)
    thief.get(f"http://{ID}/sign-in")
    thief.post("/sign-in", phone=phone)
    person.get(f"http://{ID}/sign-in")
    person.post("/sign-in", phone=phone)
    assert person.post("/sign-in/code", code=sms.code_for(phone)).status_code == 200
    assert thief.post("/sign-in/code", code=sms.code_for(phone)).status_code == 422
    assert thief.cookie("hall", ID) is None


def test_a_code_dies_after_five_minutes(person):
    phone = new_phone()
    person.ask_for_code(phone)
    with time_machine.travel(now() + codes.LIFETIME + timedelta(seconds=1), tick=True):
        assert person.post("/sign-in/code", code=person.sms.code_for(phone)).status_code == 422


def test_a_code_dies_after_five_wrong_tries(person):
    phone = new_phone()
    person.ask_for_code(phone)
    right = person.sms.code_for(phone)
    for guess in range(codes.MOST_TRIES):
        wrong = f"{(int(right) + guess + 1) % 10**6:06d}"
        assert person.post("/sign-in/code", code=wrong).status_code == 422
    assert person.post("/sign-in/code", code=right).status_code == 422


def test_however_many_guesses_arrive_at_once_five_are_compared(world, monkeypatch):
    attempt = Attempt(new_phone(), "10.0.0.1", "browser")
    with scope(Plane.IDENTITY):
        operations.issue_code(attempt)
        db.session.commit()
    compared = []
    real = codes.hmac.compare_digest
    monkeypatch.setattr(
        codes.hmac, "compare_digest", lambda stored, given: compared.append(bool(stored)) or real(stored, given)
    )

    def guess(number: int) -> None:
        with world.app.app_context(), scope(Plane.IDENTITY):
            operations.redeem_code(attempt, f"x{number:05d}")
            db.session.commit()

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(compared), sum(compared)) == (12, codes.MOST_TRIES)


def test_a_code_is_kept_as_a_keyed_hash_only(world):
    attempt = Attempt(new_phone(), "10.0.0.1", "browser")
    key = platform().blind_index.of("sign_in_browser", attempt.pair)
    with scope(Plane.IDENTITY):
        code = operations.issue_code(attempt)
        row = db.session.scalars(db.select(SignInCode).where(SignInCode.code_key == key)).one()
        assert code.encode() not in row.code_hash
        assert row.code_hash == platform().blind_index.of("sign_in_code", f"{attempt.pair}|{code}")


def test_a_second_code_within_a_minute_is_not_sent(person):
    phone = new_phone()
    person.ask_for_code(phone)
    page = person.ask_for_code(phone)
    assert (page.status_code, person.here(), len(person.sms.sent)) == (200, f"{ID}/sign-in/code", 1)
    assert person.post("/sign-in/code", code=person.sms.code_for(phone)).status_code == 200


def test_a_provider_that_is_away_costs_nothing_but_a_moment(person):
    phone = new_phone()
    person.sms.is_away = True
    page = person.ask_for_code(phone)
    assert page.status_code == 503
    assert phone.removeprefix("+86") in page.text
    person.sms.is_away = False
    assert person.sign_in(phone).status_code == 200


def test_a_closed_account_is_told_so_only_to_its_owner(person):
    phone = new_phone()
    set_password(phone, "a long sentence")
    with scope(Plane.IDENTITY):
        db.session.execute(db.update(Account).where(Account.phone_index == phone_index(phone)).values(status="blocked"))
        db.session.commit()
    assert person.ask_for_code(phone).status_code == 200
    assert person.post("/sign-in/code", code=person.sms.code_for(phone)).status_code == 403
    person.get("/sign-in/password")
    assert person.post("/sign-in/password", phone=phone, password="wrong").status_code == 422


def test_asking_for_a_code_answers_the_same_for_known_and_unknown_phones(world, sms):
    answers = []
    known = new_phone()
    set_password(known, "a long sentence")
    add_member(known)
    for phone in (known, new_phone()):
        someone = Person(world, sms)
        someone.get(f"http://{ID}/sign-in")
        sent = someone.post("/sign-in", phone=phone, follow=False)
        wrong = someone.get(sent.location) and someone.post("/sign-in/code", code="000000", follow=False)
        answers.append(
            (sent.status_code, sent.location, len(sent.text), wrong.status_code, len(without_tokens(wrong.text)))
        )
    assert answers[0] == answers[1]
    assert {phone for phone, _ in sms.sent} >= {known}
    assert len(sms.sent) == 2


def test_a_wrong_password_answers_the_same_and_works_as_hard_for_known_and_unknown_phones(world, sms, monkeypatch):
    verified: list[str] = []
    real = passwords.HASHER

    class Counting:
        def verify(self, stored: str, password: str) -> bool:
            verified.append(stored.split("$p=", maxsplit=1)[0].rpartition("$")[0])
            return real.verify(stored, password)

        def __getattr__(self, name: str):
            return getattr(real, name)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    known, codeless, unknown = new_phone(), new_phone(), new_phone()
    set_password(known, "a long sentence")
    with scope(Plane.IDENTITY):
        operations.ensure_account(codeless, "")
        db.session.commit()
    pages, work = [], []
    for phone in (known, codeless, unknown):
        someone = Person(world, sms)
        someone.get(f"http://{ID}/sign-in/password")
        verified.clear()
        page = someone.post("/sign-in/password", phone=phone, password="not this one", follow=False)
        pages.append((page.status_code, without_tokens(page.text).replace(phone, "")))
        work.append([stored.partition("$argon2id$")[2].split("$")[:2] for stored in verified])
    assert pages[0] == pages[1] == pages[2]
    assert [len(each) for each in work] == [1, 1, 1]
    assert passwords.DUMMY_HASH.split("$")[:4] == passwords.HASHER.hash("x").split("$")[:4]


def test_phone_and_password_sign_in(person):
    phone = new_phone()
    set_password(phone, "a long sentence")
    person.get(f"http://{ID}/sign-in/password")
    assert person.post("/sign-in/password", phone=phone, password="a long sentence").status_code == 200
    assert person.here() == f"{ID}/account/"


def test_an_old_hash_is_replaced_at_the_next_sign_in(person):
    phone = new_phone()
    set_password(phone, "a long sentence")
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("a long sentence")
    with scope(Plane.IDENTITY):
        db.session.execute(
            db.update(Account).where(Account.phone_index == phone_index(phone)).values(password_hash=weak)
        )
        db.session.commit()
    person.get(f"http://{ID}/sign-in/password")
    person.post("/sign-in/password", phone=phone, password="a long sentence")
    assert not passwords.HASHER.check_needs_rehash(account_of(phone).password_hash or "")


@pytest.mark.parametrize("weak", ["short", "12345678", "aaaaaaaaaa", "PASSWORD"])
def test_a_password_that_is_guessed_first_is_refused(person, weak):
    person.sign_in(new_phone())
    person.get("/account/password")
    assert person.post("/account/password", password=weak).status_code == 422


def test_a_new_password_takes_a_code_just_now_or_the_present_one_and_signs_other_devices_out(world, sms, person):
    phone, other = new_phone(), Person(world, sms)
    set_password(phone, "a long sentence")
    other.get(f"http://{ID}/sign-in/password")
    other.post("/sign-in/password", phone=phone, password="a long sentence")
    person.get(f"http://{ID}/sign-in/password")
    person.post("/sign-in/password", phone=phone, password="a long sentence")
    person.get("/account/password")
    assert person.post("/account/password", password="a new sentence").status_code == 422
    assert person.post("/account/password", current="a long sentence", password="a new sentence").status_code == 200
    assert person.get("/account/").status_code == 200
    assert person.here() == f"{ID}/account/"
    other.get(f"http://{ID}/account/")
    assert other.here() == f"{ID}/sign-in"


def test_a_first_password_takes_a_code_just_now(person):
    phone = new_phone()
    person.sign_in(phone)
    with time_machine.travel(now() + timedelta(minutes=11), tick=True):
        person.get("/account/password")
        assert person.here() == f"{ID}/sign-in"


def test_signing_in_again_ends_the_session_before_and_keeps_no_form_data(person):
    phone = new_phone()
    person.sign_in(phone)
    first = person.token()
    with time_machine.travel(now() + timedelta(seconds=61), tick=True):
        person.get(f"http://{ID}/sign-in?again=1")
        person.sign_in(phone)
        person.get("/sign-in/code")
        assert person.here() == f"{ID}/account/"
    assert person.token() != first
    account_id = account_of(phone).id
    with scope(Plane.IDENTITY):
        living = db.session.scalars(
            db.select(Session).where(Session.account_id == account_id, Session.revoked_at.is_(None))
        ).all()
    assert len(living) == 1
