"""A browser that walks between hosts, a provider of SMS that remembers, and time."""

import re
from collections.abc import Iterator, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from app.core import messaging
from app.core.platform import platform
from app.identity import notices
from tenants.context import ZoneFacts
from tests.contracts.planting import connect_as_owner
from tests.fixtures.world import World

ID = "id.hall.test"


@dataclass
class SmsRecorder:
    """Stands in for the provider of short messages."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)
    templates: dict[str, str] = field(default_factory=dict)
    is_away: bool = False
    refuses: bool = False

    def send_now(self, phone: str, template: str, params: Mapping[str, str], *, locale: str, timeout: float) -> None:
        assert locale in ("zh_CN", "en")
        assert timeout <= 3
        if self.is_away:
            raise messaging.MessageNotSent("away")
        if self.refuses:
            raise messaging.NumberRefused("unknown_number")
        if template == notices.SMS_TEMPLATE:
            self.notices.append((phone, params["text"]))
            return
        assert template in ("sign_in_code", "new_phone_code")
        self.templates[phone] = template
        self.sent.append((phone, params["code"]))

    def code_for(self, phone: str) -> str:
        return next(code for to, code in reversed(self.sent) if to == phone)


class Browser:
    """Keeps the cookies of every host apart, as a real one does, and knows where it is."""

    def __init__(self, world: World) -> None:
        self.client = world.app.test_client()
        self.host, self.path = ID, "/"
        self.page: TestResponse

    def get(self, url: str, *, follow: bool = True) -> TestResponse:
        """Open an absolute address or a path on the present host; follows redirects over all hosts."""
        self._go(url)
        self._send("GET")
        return self._follow() if follow else self.page

    def post(self, url: str, *, follow: bool = True, **form: str) -> TestResponse:
        """Send a form with the token of the page one is on."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.page.text)
        self._go(url)
        self._send("POST", data={"csrf_token": token[1] if token else "", **form})
        return self._follow() if follow else self.page

    def cookie(self, name: str, host: str) -> str | None:
        found = self.client.get_cookie(name, domain=host)
        return found.value if found else None

    def token(self, host: str = ID) -> str:
        """The session's token on a host; fails when there is none."""
        found = self.cookie("hall", host)
        assert found, f"not signed in at {host}"
        return found

    def here(self) -> str:
        return f"{self.host}{self.path.partition('?')[0]}"

    def _send(self, method: str, **more: Any) -> None:
        """Send in a context of its own: a request inside the test's application context would share its `g`."""
        base = f"http://{self.host}"
        self.page = Context().run(
            self.client.open, self.path, method=method, base_url=base, headers={"Origin": base}, **more
        )

    def _go(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.netloc or self.host
        self.path = parts.path + (f"?{parts.query}" if parts.query else "")

    def _follow(self) -> TestResponse:
        for _step in range(12):
            if self.page.status_code not in (301, 302, 303):
                return self.page
            self.get(self.page.location, follow=False)
        raise AssertionError(f"too many redirects, now at {self.here()}")


class Person(Browser):
    """A browser in somebody's hands."""

    def __init__(self, world: World, sms: SmsRecorder) -> None:
        super().__init__(world)
        self.sms = sms

    def ask_for_code(self, phone: str, next_path: str = "") -> TestResponse:
        url = f"http://{ID}/sign-in" + (f"?next={next_path}" if next_path else "")
        self.get(url)
        return self.post(self.here_path(), phone=phone)

    def sign_in(self, phone: str) -> TestResponse:
        """Sign in by SMS from wherever one was led to; starts at the sign-in host when one is nowhere near."""
        if self.host != ID or not self.path.startswith("/sign-in"):
            self.get(f"http://{ID}/sign-in")
        self.post(self.path, phone=phone)
        return self.post(self.path, code=self.sms.code_for(phone))

    def here_path(self) -> str:
        return self.path


@pytest.fixture
def sms(world: World) -> Iterator[SmsRecorder]:
    before = world.app.extensions.get(messaging.EXTENSION)
    recorder = world.app.extensions[messaging.EXTENSION] = SmsRecorder()
    yield recorder
    world.app.extensions[messaging.EXTENSION] = before


@pytest.fixture
def person(world: World, sms: SmsRecorder) -> Person:
    return Person(world, sms)


@pytest.fixture
def zone(world: World) -> ZoneFacts:
    return world.zone()


@pytest.fixture(autouse=True)
def clean_limits(world: World) -> None:
    """Tests share one address and one city: what one of them used up is no other's loss."""
    from app.identity.models import LimitCounter
    from tenants.context import Plane, scope
    from tenants.database import db

    with scope(Plane.IDENTITY):
        db.session.execute(db.delete(LimitCounter))
        db.session.commit()
    assert platform().settings.base_domain == "hall.test"


@pytest.fixture(autouse=True)
def _nobody_has_tried_before(settings: Any) -> None:
    """Every test has the limits to itself, whatever tests before it used up from the same address."""
    with connect_as_owner(settings.database_owner_url) as owner:
        owner.execute("DELETE FROM identity_limits")
