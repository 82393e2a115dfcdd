"""Browsers that press again until they are answered, whichever web process dies under them."""

import http.client
import time
import urllib.parse
from dataclasses import dataclass
from itertools import count

from tenants.context import ZoneFacts
from tests.fixtures.forms import csrf_token
from tests.fixtures.world import Person, World
from tests.kill.house import PATIENCE

PAUSE = 0.15
"""Seconds before somebody presses again."""
TIMEOUT = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer of a web process; `location` is a path."""

    status: int
    location: str
    text: str


class Phone:
    """Somebody signed in to a zone, with the addresses of every web process that serves it."""

    def __init__(self, world: World, zone: ZoneFacts, person: Person, ports: list[int]) -> None:
        browser = world.client(zone, person)
        token = csrf_token(browser)
        domain = zone.host.partition(":")[0]
        cookies = [browser.get_cookie(name, domain=domain) for name in ("hall", "form")]
        self.person = person
        self._ports = ports
        self._headers = {
            "Host": zone.host, "Origin": f"http://{zone.host}", "X-CSRFToken": token,
            "Cookie": "; ".join(f"{each.key}={each.value}" for each in cookies if each),
        }  # fmt: skip
        self.unanswered = 0
        """How often nobody answered, or with an error of the server's."""

    def ask(self, path: str, **form: str) -> Answer:
        """Read a page, or send a form, again and again until there is an answer that is no error of the server's."""
        deadline = time.monotonic() + PATIENCE
        for number in count(self._headers["Cookie"].__hash__() % len(self._ports)):
            found = self._once(self._ports[number % len(self._ports)], path, form)
            if found is not None:
                return found
            self.unanswered += 1
            assert time.monotonic() < deadline, f"after {PATIENCE} s nobody has answered {path}"
            time.sleep(PAUSE)
        raise AssertionError

    def _once(self, port: int, path: str, form: dict[str, str]) -> Answer | None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        body = urllib.parse.urlencode(form) if form else None
        headers = self._headers | ({"Content-Type": "application/x-www-form-urlencoded"} if form else {})
        try:
            connection.request("POST" if form else "GET", path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status >= 500 or answer.status == 429:
            return None
        return Answer(answer.status, answer.getheader("Location", ""), text)
