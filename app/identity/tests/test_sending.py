"""Sending a code while somebody waits: bounded in time and in number, and honest about numbers that are none."""

import threading
import time
from dataclasses import replace

import pytest

from app.core import messaging
from app.factory import create_app
from app.identity.tests.conftest import ID, Person
from app.identity.tests.test_sign_in import add_member, new_phone, without_tokens
from tenants.database import db
from tests.fixtures.world import Browser


class SlowSms:
    """A provider that takes a message and says nothing until it is let go."""

    def __init__(self) -> None:
        self.let_go, self.taken = threading.Event(), threading.Semaphore(0)

    def send_now(self, *_args, **_more) -> None:
        self.taken.release()
        self.let_go.wait(30)


@pytest.fixture
def slow(world, sms):
    provider = world.app.extensions[messaging.EXTENSION] = SlowSms()
    yield provider
    provider.let_go.set()
    while any(thread.name == "sms" for thread in threading.enumerate()):
        time.sleep(0.01)


def send(world) -> None:
    with world.app.app_context():
        messaging.send_now("+8613700000000", "sign_in_code", {}, locale="zh_CN")


def test_a_provider_that_says_nothing_is_given_up(world, slow, monkeypatch):
    monkeypatch.setattr(messaging, "LONGEST_WAIT", 0.2)
    with pytest.raises(messaging.MessageNotSent, match="in time"):
        send(world)


def test_only_so_many_wait_at_once_and_the_others_are_told_at_once(world, slow, monkeypatch):
    monkeypatch.setattr(messaging, "LONGEST_WAIT", 20)
    waiting = [threading.Thread(target=send, args=(world,)) for _ in range(messaging.MOST_WAITING)]
    for thread in waiting:
        thread.start()
        assert slow.taken.acquire(timeout=10)
    with pytest.raises(messaging.MessageNotSent, match="too many"):
        send(world)
    slow.let_go.set()
    for thread in waiting:
        thread.join()
    send(world)


def test_a_message_given_up_still_holds_its_place_until_it_is_over(world, slow, monkeypatch):
    monkeypatch.setattr(messaging, "LONGEST_WAIT", 0.05)
    for _ in range(messaging.MOST_WAITING):
        with pytest.raises(messaging.MessageNotSent, match="in time"):
            send(world)
    with pytest.raises(messaging.MessageNotSent, match="too many"):
        send(world)


def test_a_number_the_provider_refuses_is_told_so_and_alike_for_known_and_unknown_phones(world, sms):
    sms.refuses = True
    known, pages = new_phone(), []
    add_member(known)
    for phone in (known, new_phone()):
        someone = Person(world, sms)
        page = someone.ask_for_code(phone)
        pages.append((page.status_code, without_tokens(page.text).replace(phone.removeprefix("+86"), "")))
    assert pages[0] == pages[1]
    assert pages[0][0] == 422
    assert "无法送达" in pages[0][1]


@pytest.fixture
def secure(app, settings):
    """The application as it runs behind TLS."""
    secure = create_app(replace(settings, scheme="https"))
    yield secure
    with secure.app_context():
        db.engine.dispose()


def test_over_https_a_form_needs_an_origin_or_a_referrer_of_its_own_host(secure):
    """Browsers send the Origin with every form; some privacy settings leave the Referer out."""
    base = f"https://{ID}"
    statuses = {}
    for name, headers in {
        "origin alone": {"Origin": base},
        "referrer alone": {"Referer": f"{base}/sign-in"},
        "another origin": {"Origin": "https://evil.hall.test", "Referer": f"{base}/sign-in"},
        "neither": {},
    }.items():
        client = Browser(secure, use_cookies=True)
        token = _token(client.get("/sign-in", base_url=base).text)
        answer = client.post("/sign-in", base_url=base, headers=headers, data={"csrf_token": token, "phone": "12"})
        statuses[name] = answer.status_code
        if name == "origin alone":
            assert client.get_cookie("__Host-hall-browser", domain=ID) is not None
    assert statuses == {"origin alone": 422, "referrer alone": 422, "another origin": 403, "neither": 403}


def _token(text: str) -> str:
    return text.partition('name="csrf_token" value="')[2].partition('"')[0]
