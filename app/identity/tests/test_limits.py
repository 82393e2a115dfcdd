"""Guessing and flooding: every limit, and that nobody can lock somebody else out."""

import threading
from datetime import timedelta

import pytest
import time_machine

from app.core.clock import now
from app.core.errors import TooMany
from app.identity import operations
from app.identity.limits import Limit
from app.identity.operations import Attempt, accounts, codes, passwords, second_factor
from app.identity.operations.attempts import AttemptLimits
from app.identity.tests.conftest import Person
from app.identity.tests.test_sign_in import add_member, new_phone, set_password
from tenants.context import Plane, scope
from tenants.database import db

MINUTE = timedelta(minutes=1)
PASSWORD = "a long sentence"
MOST_PASSWORDS = passwords.TRIES.limits["pair", "quarter"].most
WORK = ((codes.SENDING, codes.issue_code), (codes.TRIES, codes.spend_try), (passwords.TRIES, passwords.spend_try))
"""Each table of limits, and what spends them."""


def lower(monkeypatch, module, name: str, most: int) -> None:
    """Make a limit narrow, with a window that does not end within a test."""
    limit: Limit = getattr(module, name)
    monkeypatch.setattr(module, name, Limit(limit.name, most, timedelta(days=365), limit.refusal))


def narrow(monkeypatch, table: AttemptLimits, subject: str, most: int = 2, window: str = "") -> None:
    """The same for the limits of a table that count by this subject, or for the one of them with this window."""
    for key, limit in table.limits.items():
        if key[0] == subject and window in ("", key[1]):
            monkeypatch.setitem(table.limits, key, Limit(limit.name, most, timedelta(days=365), limit.refusal))


def attempt(phone: str = "", address: str = "10.0.0.1", browser: str = "browser") -> Attempt:
    return Attempt(phone or new_phone(), address, browser)


def allowed(work, *attempts: Attempt) -> list[bool]:
    """Which of the attempts were let through, one after the other."""
    return [_is_allowed(work, each) for each in attempts]


def _is_allowed(work, each: Attempt) -> bool:
    try:
        with scope(Plane.IDENTITY):
            work(each)
            db.session.commit()
    except TooMany:
        return False
    return True


def sign_in_by_code(each: Attempt) -> None:
    """Sign in, as far as codes are concerned."""
    with scope(Plane.IDENTITY):
        assert operations.redeem_code(each, operations.issue_code(each))
        db.session.commit()


def test_more_codes_than_an_hour_allows_are_refused(person):
    phone, start = new_phone(), now().replace(minute=0, second=5)
    answers = []
    for minute in range(codes.SENDING.limits["pair", "hour"].most + 1):
        with time_machine.travel(start + timedelta(minutes=minute * 2), tick=True):
            answers.append(person.ask_for_code(phone).status_code)
    assert answers == [200] * codes.SENDING.limits["pair", "hour"].most + [429]
    assert len(person.sms.sent) == codes.SENDING.limits["pair", "hour"].most


@pytest.mark.parametrize("window", ["minute", "hour", "day"])
def test_codes_for_one_phone_in_one_browser_are_limited(world, monkeypatch, window):
    lower(monkeypatch, codes, "ONE_A_MINUTE", 2 if window == "minute" else 100)
    narrow(monkeypatch, codes.SENDING, "pair", 100)
    narrow(monkeypatch, codes.SENDING, "pair", 2, window)
    mine = attempt()
    assert allowed(operations.issue_code, mine, mine, mine) == [True, True, False]
    assert allowed(operations.issue_code, attempt(mine.phone, browser="another")) == [True]


@pytest.mark.parametrize("window", ["hour", "day"])
def test_codes_for_one_phone_in_strange_browsers_are_limited(world, monkeypatch, window):
    narrow(monkeypatch, codes.SENDING, "phone", 2, window)
    phone = new_phone()
    strangers = [attempt(phone, browser=f"stranger {number}") for number in range(3)]
    assert allowed(operations.issue_code, *strangers) == [True, True, False]


@pytest.mark.parametrize(("table", "work"), WORK)
def test_one_address_cannot_go_on_without_end(world, monkeypatch, table, work):
    narrow(monkeypatch, table, "address")
    assert allowed(work, attempt(), attempt(), attempt()) == [True, True, False]
    assert allowed(work, attempt(address="10.0.0.2")) == [True]


@pytest.mark.parametrize(("table", "work"), WORK)
def test_all_together_cannot_go_on_without_end(world, monkeypatch, table, work):
    narrow(monkeypatch, table, "everybody")
    everybody = [attempt(address=f"10.0.1.{number}", browser=str(number)) for number in range(3)]
    assert allowed(work, *everybody) == [True, True, False]


@pytest.mark.parametrize(("module", "window"), [(codes, "hour"), (passwords, "quarter"), (passwords, "day")])
def test_tries_with_one_phone_in_one_browser_are_limited(world, monkeypatch, module, window):
    narrow(monkeypatch, module.TRIES, "pair", 2, window)
    mine = attempt()
    assert allowed(module.spend_try, mine, mine, mine) == [True, True, False]
    assert allowed(module.spend_try, attempt(mine.phone, browser="another")) == [True]


@pytest.mark.parametrize(("module", "window"), [(codes, "hour"), (passwords, "quarter"), (passwords, "day")])
def test_tries_with_one_phone_in_strange_browsers_are_limited(world, monkeypatch, module, window):
    narrow(monkeypatch, module.TRIES, "phone", 2, window)
    phone = new_phone()
    strangers = [attempt(phone, browser=f"stranger {number}") for number in range(3)]
    assert allowed(module.spend_try, *strangers) == [True, True, False]


def test_tries_of_codes_are_limited_over_several_codes(monkeypatch, person):
    narrow(monkeypatch, codes.TRIES, "pair")
    person.ask_for_code(new_phone())
    answers = [person.post("/sign-in/code", code="000000").status_code for _ in range(3)]
    assert answers == [422, 422, 429]


def test_whatever_strangers_try_a_known_browser_still_gets_in(world, sms, person):
    """A stranger uses up everything that strangers may do with a phone; its owner signs in with code and password."""
    phone = new_phone()
    set_password(phone, PASSWORD)
    person.sign_in(phone)
    with time_machine.travel(now() + timedelta(days=2), tick=True):
        for table, work in WORK:
            most = min(limit.most for (subject, _), limit in table.limits.items() if subject == "phone")
            strangers = [attempt(phone, f"10.1.{number}.1", f"stranger {number}") for number in range(most + 1)]
            assert allowed(work, *strangers) == [True] * most + [False]
        person.get("/sign-in?again=1")
        person.post("/sign-in", phone=phone)
        assert person.post("/sign-in/code", code=sms.code_for(phone)).status_code == 200
        person.get("/sign-in/password?again=1")
        assert person.post("/sign-in/password?again=1", phone=phone, password=PASSWORD).status_code == 200
        stranger = Person(world, sms)
        assert stranger.ask_for_code(phone).status_code == 429


def test_a_stranger_s_code_and_guesses_leave_the_owner_s_code_alone(world, sms, person):
    phone, stranger = new_phone(), Person(world, sms)
    person.ask_for_code(phone)
    mine = sms.code_for(phone)
    stranger.ask_for_code(phone)
    for _ in range(codes.MOST_TRIES + 1):
        stranger.post("/sign-in/code", code="000000")
    assert stranger.post("/sign-in/code", code=mine).status_code == 422
    assert person.post("/sign-in/code", code=mine).status_code == 200


def test_a_browser_is_known_for_the_phones_it_signed_in_with_only(world, monkeypatch):
    narrow(monkeypatch, codes.TRIES, "phone", 1)
    mine = attempt()
    sign_in_by_code(mine)
    assert allowed(codes.spend_try, mine, mine, mine) == [True, True, True]
    other = attempt(browser=mine.browser)
    assert allowed(codes.spend_try, other, other) == [True, False]


def test_those_who_get_in_use_up_nothing_of_their_address(world, monkeypatch):
    narrow(monkeypatch, codes.SENDING, "address")
    narrow(monkeypatch, codes.TRIES, "address")
    for number in range(4):
        worker = attempt(browser=f"phone {number}")
        with scope(Plane.IDENTITY):
            code = operations.issue_code(worker)
            codes.spend_try(worker)
            db.session.commit()
        with scope(Plane.IDENTITY):
            assert operations.redeem_code(worker, code)
            db.session.commit()


def test_sign_ins_do_not_wait_for_one_another(world):
    """While one redeems its code, another's try is counted and its code redeemed: no shared row is held."""
    first, second = attempt(browser="one"), attempt(browser="two")
    with scope(Plane.IDENTITY):
        given = {each: operations.issue_code(each) for each in (first, second)}
        db.session.commit()
    done = threading.Event()

    def sign_in_beside() -> None:
        with world.app.app_context(), scope(Plane.IDENTITY):
            codes.spend_try(second)
            db.session.commit()
            assert operations.redeem_code(second, given[second])
            db.session.commit()
        done.set()

    with scope(Plane.IDENTITY):
        codes.spend_try(first)
        db.session.commit()
        assert operations.redeem_code(attempt(first.phone, "10.0.0.9", "one"), given[first])
        thread = threading.Thread(target=sign_in_beside)
        thread.start()
        finished = done.wait(10)
        db.session.commit()
    thread.join()
    assert finished


def test_guessing_passwords_is_limited_alike_for_known_and_unknown_phones(world, sms):
    known = new_phone()
    set_password(known, PASSWORD)
    outcomes = []
    with time_machine.travel(now().replace(minute=1), tick=True):
        for phone in (known, new_phone()):
            someone = Person(world, sms)
            someone.get("http://id.hall.test/sign-in/password")
            outcomes.append(
                [
                    someone.post("/sign-in/password", phone=phone, password=f"guess {number}").status_code
                    for number in range(MOST_PASSWORDS + 1)
                ]
            )
    assert outcomes[0] == outcomes[1] == [422] * MOST_PASSWORDS + [429]


def test_right_passwords_use_up_no_tries(world):
    mine = attempt()
    set_password(mine.phone, PASSWORD)
    for _ in range(MOST_PASSWORDS + 2):
        with scope(Plane.IDENTITY):
            passwords.spend_try(mine)
            assert operations.check_password(mine, PASSWORD) is not None
            db.session.commit()


def test_trying_id_numbers_is_limited(monkeypatch, person):
    lower(monkeypatch, accounts, "TRY_DOCUMENT", 2)
    phone = new_phone()
    add_member(phone, "甲")
    add_member(phone, "乙")
    person.sign_in(phone)
    person.get("/account/membership")
    answers = [person.post("/account/membership", id_number="110105194912310011").status_code for _ in range(3)]
    assert answers == [422, 422, 429]


@pytest.mark.parametrize("name", ["TRY_QUARTER", "TRY_DAY"])
def test_trying_second_factors_is_limited(world, monkeypatch, name):
    lower(monkeypatch, second_factor, name, 2)
    account_id = world.member(world.union()).account_id
    tries = [_is_allowed(lambda _: second_factor.spend_try(account_id), attempt()) for _ in range(3)]
    assert tries == [True, True, False]


def test_a_refusal_says_when_the_limit_begins_anew(world, monkeypatch):
    narrow(monkeypatch, codes.TRIES, "pair", 0)
    with scope(Plane.IDENTITY), pytest.raises(TooMany) as refused:
        codes.spend_try(attempt())
    assert 0 < int(refused.value.headers["Retry-After"]) <= timedelta(days=365).total_seconds()
