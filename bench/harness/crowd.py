"""Many members with a browser each, who send a form at the same moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from bench.harness.city import BenchCity, session_cookie
from bench.harness.load import Asked, measure_each, requests_of
from tenants.context import ZoneFacts
from tests.fixtures.forms import csrf_token

CLIENTS = 64


@dataclass
class Crowd:
    """Members with a session, a form cookie and its token each: what their buttons send."""

    zone: ZoneFacts
    members: list[UUID]
    cookies: list[str]
    tokens: list[str]
    headers: dict[str, str] = field(default_factory=dict)

    def asked(self, port: int, path: str) -> Asked:
        return Asked(port, self.zone.host, path, self.headers, self.cookies, status=0)

    def presses(self, port: int, path: str) -> tuple[Asked, list[bytes]]:
        """Everybody's button, each with a token of their own."""
        asked = self.asked(port, path)
        sent = [
            request.replace(b"\r\nCookie:", f"\r\nX-CSRFToken: {token}\r\nCookie:".encode(), 1)
            for request, token in zip(requests_of(asked, "POST"), self.tokens, strict=True)
        ]
        return asked, sent

    def forms(self, port: int, paths: Sequence[str], bodies: Sequence[str]) -> tuple[Asked, list[bytes]]:
        """Everybody's form, each to an address of their own."""
        sent = [
            "\r\n".join([
                f"POST {path} HTTP/1.1", f"Host: {self.zone.host}", *[f"{name}: {value}" for name, value in self.headers.items()],
                "Content-Type: application/x-www-form-urlencoded", f"Cookie: {cookie}",
                f"Content-Length: {len(body) + len(token) + 12}", "", f"csrf_token={token}&{body}",
            ]).encode()
            for path, body, cookie, token in zip(paths, bodies, self.cookies, self.tokens, strict=True)
        ]  # fmt: skip
        return self.asked(port, paths[0]), sent


def make_crowd(city: BenchCity, zone: ZoneFacts, people: int) -> Crowd:
    crowd = Crowd(zone, [], [], [], {"Origin": f"http://{zone.host}"})
    for _ in range(people):
        person = city.world.member(zone)
        browser = city.world.client(zone)
        crowd.tokens.append(csrf_token(browser))
        form = browser.get_cookie("form", domain=zone.host.partition(":")[0])
        if form is None or person.member_id is None:
            raise LookupError("no form cookie, or no member")
        crowd.members.append(person.member_id)
        crowd.cookies.append(f"{session_cookie(city.world, zone, person)}; form={form.value}")
    return crowd


def meet(crowd: Crowd, port: int) -> None:
    """Everybody looks at the home page, as they do before a campaign opens; a process that nobody asks anything forgets them."""
    home = crowd.asked(port, "/")
    measure_each(home, requests_of(home), CLIENTS)
