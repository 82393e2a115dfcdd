"""Where a person goes on to after signing in: only hosts of the platform, and paths on them."""

from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from flask import Response

from app.core.headers import POLICY
from app.core.local_paths import local_path
from app.core.platform import platform
from tenants.hosts import parse_host

HAND_OFF = "/hand-off"
LONGEST_PATH = 2_000


@dataclass(frozen=True, slots=True)
class Destination:
    """A host that takes sessions over; `name` is the zone's, '' for the city console."""

    host: str
    name: str

    @property
    def origin(self) -> str:
        return platform().url(self.host, "")


def safe_path(candidate: str | None) -> str:
    """A path on this very host, or `/`: never another host, never back into the sign-in's own steps."""
    try:
        path = local_path(candidate or "/")
    except ValueError:
        return "/"
    return "/" if len(path) > LONGEST_PATH or path.startswith("/session/") else path


def find_destination(host: str) -> Destination | None:
    """The zone or city console behind a host as a request names it; None for any other host."""
    house = platform()
    if host == house.city_host:
        return Destination(host, "")
    parsed = parse_host(host, house.settings.base_domain)
    found = house.registry.by_host(parsed) if parsed else None
    return Destination(found.zone.host, found.zone.name) if found else None


def hand_off_path(*, to: str, nonce_hash: str, next_path: str, second_factor: bool = False) -> str:
    """The path at the sign-in host that hands a session to `to`."""
    query = {"to": to, "nonce": nonce_hash, "next": next_path} | ({"second_factor": "1"} if second_factor else {})
    return f"{HAND_OFF}?{urlencode(query)}"


def way_to_wechat(host: str, path: str) -> str:
    """Where somebody connects their WeChat, and whence they come back to a path of a host."""
    return platform().url(platform().id_host, f"/account/wechat?{urlencode({'to': host, 'next': path})}")


def destination_of(path: str) -> Destination | None:
    """Where a path at the sign-in host leads in the end, if it is a hand-off."""
    parts = urlsplit(path)
    to = parse_qs(parts.query).get("to", [""])[0]
    return find_destination(to) if parts.path == HAND_OFF and to else None


def allow_form_to_lead_to(response: Response, origin: str) -> Response:
    """Let a form of this page end on another of our hosts: browsers hold `form-action` against redirects too."""
    response.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", f"form-action 'self' {origin}")
    return response
