"""A page rendered for everybody."""

import time
from dataclasses import dataclass, field
from hashlib import blake2b
from io import BytesIO
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from flask import Flask, Response, session
from werkzeug.datastructures import Headers

from app.core.display import TEXT_COOKIE
from app.core.i18n import LOCALE_COOKIE
from app.core.pages.marks import seconds_until_change
from app.core.pages.packing import Piece, gzip_whole, pack
from app.core.theming import FOR_EVERYBODY, ThemedEnvironments, render_personal
from app.core.transactions import finish
from tenants.context import ZoneFacts

log = structlog.get_logger()
OWN_HEADERS = frozenset({"content-length", "cache-control", "vary", "set-cookie", "etag", "content-encoding", "date"})
"""Headers that the cache decides itself; the others are Flask's."""
LONGEST_KEPT = 10.0
"""Seconds after which a page is rendered anew though nothing was announced: texts may depend on the clock."""
LONGEST_UNFIT = 5.0
"""Seconds for which a page that could not be kept (not found, say) is left to Flask without another try."""
_numbers = count(1)


class PageKey(NamedTuple):
    """What a page for everybody depends on, besides the zone's content."""

    zone_id: UUID
    revision_id: UUID | None
    scheme: str
    locale: str
    large_text: bool
    path: str
    query: str


Generation = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Page:
    """A rendered page: `anonymous` is the gzip body strangers get, `pieces` and `holes` what others' are made of.

    The texts of `pieces` stand around the holes, one more than there are holes. `generation` is that of the zone's
    content before rendering began; after `until` (monotonic seconds) the page is too old to be sure.
    """

    generation: Generation
    until: float
    headers: tuple[tuple[str, str], ...]
    tag: str
    anonymous: bytes
    pieces: tuple[Piece, ...]
    holes: tuple[str, ...]
    number: int = field(default_factory=lambda: next(_numbers))

    @property
    def size(self) -> int:
        return len(self.anonymous) + sum(piece.size for piece in self.pieces) + 2_000


@dataclass(frozen=True, slots=True)
class Unfit:
    """What an address gave that can't be kept; until then Flask answers it."""

    generation: Generation
    until: float

    @property
    def size(self) -> int:
        return 500


def render_page(app: Flask, key: PageKey, zone: ZoneFacts, generation: Generation) -> Page | Unfit:
    """Render for everybody, as a stranger who asks at the zone's own host."""
    began = time.monotonic()
    with app.request_context(_stranger(key, zone)):
        response = app.full_dispatch_request()
        if not _may_be_kept(response, key):
            return Unfit(generation, time.monotonic() + LONGEST_UNFIT)
        environments: ThemedEnvironments = app.extensions["themes"]
        texts = environments.split(response.get_data(as_text=True))
        holes = tuple(texts[1::2])
        fillings = render_personal(set(holes))
        until = began + min(LONGEST_KEPT, max(seconds_until_change(), 0))
        finish(succeeded=True)
        if session.modified:
            log.error("a personal template sets a cookie", path=key.path)
            return Unfit(generation, time.monotonic() + LONGEST_UNFIT)
    texts[1::2] = [fillings[name] for name in holes]
    whole = "".join(texts)
    return Page(
        generation=generation,
        until=until,
        headers=_kept_headers(response.headers),
        tag=tag_of(whole),
        anonymous=gzip_whole(whole),
        pieces=tuple(pack(text) for text in texts[0::2]),
        holes=holes,
    )


def tag_of(text: str) -> str:
    """A short name of a content, for ETags."""
    return blake2b(text.encode(), digest_size=9).hexdigest()


def _stranger(key: PageKey, zone: ZoneFacts) -> dict[str, Any]:
    """The WSGI environment of a request that says nothing but what the key says."""
    return {
        FOR_EVERYBODY: True,
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": key.path,
        "QUERY_STRING": key.query,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": zone.host.partition(":")[0],
        "SERVER_PORT": zone.host.partition(":")[2] or ("443" if key.scheme == "https" else "80"),
        "HTTP_HOST": zone.host,
        "HTTP_COOKIE": f"{LOCALE_COOKIE}={key.locale}; {TEXT_COOKIE}={'large' if key.large_text else 'normal'}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": key.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }


def _may_be_kept(response: Response, key: PageKey) -> bool:
    if response.status_code != 200 or response.mimetype != "text/html" or response.is_streamed:
        return False
    if "Set-Cookie" in response.headers:
        log.error("a page for everybody sets a cookie and is not kept", path=key.path)
        return False
    return True


def _kept_headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in headers.items() if name.lower() not in OWN_HEADERS)
