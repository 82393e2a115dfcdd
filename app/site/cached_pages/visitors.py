"""The personal parts of pages, kept by session until the change feed says otherwise."""

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog
from flask import Flask, g, session

from app.core.i18n import current_locale
from app.core.pages.keeping import Kept
from app.core.pages.packing import Piece, pack
from app.core.theming import render_personal
from app.core.transactions import finish
from app.identity.sessions import SignedIn
from app.site.cached_pages.pages import tag_of
from app.site.context import wants_large_text
from tenants.context import ZoneFacts
from tenants.database import require_waiting

log = structlog.get_logger()
MOST_TRAILERS = 64
MOST_CHANGES = 100_000
Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PersonalPart:
    """A filled hole."""

    piece: Piece
    tag: str


@dataclass(slots=True)
class Visitor:
    """One session on one host: who it is, and its personal parts by (locale, large text, template).

    `trailers` remembers how this visitor's versions of pages end, by the page's number and the version's tag.
    """

    signed_in: SignedIn
    zone: ZoneFacts
    stamp: Stamp
    parts: dict[tuple[str, bool, str], PersonalPart] = field(default_factory=dict)
    trailers: dict[tuple[int, str], bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return 3_000 + sum(part.piece.size for part in self.parts.values())

    def find(self, locale: str, large_text: bool, names: Iterable[str]) -> list[PersonalPart] | None:
        """The parts of these names, or None unless all are there."""
        try:
            return [self.parts[locale, large_text, name] for name in names]
        except KeyError:
            return None

    def remember_trailer(self, version: tuple[int, str], trailer: bytes) -> None:
        if len(self.trailers) >= MOST_TRAILERS:
            self.trailers.clear()
        self.trailers[version] = trailer


class Visitors:
    """Visitors by (token hash, host). Who a visitor is says `SessionMemory`, so that a session's end is known once."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: Kept[Visitor] = Kept(most_bytes)
        self._changes: dict[str, int] = {}
        self._epoch = 0
        self._lock = threading.Lock()

    def stamp(self, signed_in: SignedIn, zone: ZoneFacts) -> Stamp:
        """The state of this visitor's inbox; take it before rendering what depends on it."""
        changes = self._changes
        return self._epoch, changes.get(str(signed_in.member_id), 0), changes.get(f"zone:{zone.id}", 0)

    def find(self, token_hash: bytes, zone: ZoneFacts, signed_in: SignedIn) -> Visitor | None:
        visitor = self._kept.get((token_hash, zone.host))
        if visitor is None or visitor.signed_in is not signed_in or visitor.stamp != self.stamp(signed_in, zone):
            return None
        return visitor if visitor.zone is zone or visitor.zone == zone else None

    def keep(self, token_hash: bytes, visitor: Visitor) -> None:
        self._kept.put((token_hash, visitor.zone.host), visitor)

    def forget(self, key: str) -> None:
        """An inbox has changed: of one member (their id), of a whole zone (`zone:<id>`), or perhaps any (`*`)."""
        with self._lock:
            if key == "*" or len(self._changes) >= MOST_CHANGES:
                self._epoch += 1
                self._changes.clear()
            else:
                self._changes[key] = self._changes.get(key, 0) + 1

    def __len__(self) -> int:
        return len(self._kept)


@dataclass(frozen=True, slots=True)
class Met:
    """What Flask says of a visitor: their session, language and text size, and the personal parts asked for."""

    signed_in: SignedIn
    stamp: Stamp
    locale: str
    large_text: bool
    parts: dict[str, PersonalPart]


def meet(
    app: Flask, environ: dict[str, Any], zone: ZoneFacts, visitors: Visitors, names: Collection[str] = ()
) -> Met | None:
    """Pass a request through the gate and render personal parts; None when nobody is signed in or the gate objects."""
    require_waiting()
    with app.request_context(dict(environ)):
        if app.preprocess_request() is not None or g.get("zone") != zone or g.signed_in is None:
            return None
        stamp = visitors.stamp(g.signed_in, zone)
        texts = render_personal(names) if names else {}
        finish(succeeded=True)
        if session.modified:
            log.error("a personal template sets a cookie", path=environ.get("PATH_INFO"))
            return None
        parts = {name: PersonalPart(pack(text), tag_of(text)) for name, text in texts.items()}
        return Met(g.signed_in, stamp, current_locale(), wants_large_text(), parts)
