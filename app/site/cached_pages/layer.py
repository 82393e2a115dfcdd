"""The WSGI layer: which requests it answers, from what, and when it leaves them to Flask."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import structlog
from flask import Flask

from app.core.i18n import browser_locale
from app.core.metrics import PAGES_FROM_MEMORY
from app.core.pages.content import CONTENT_CHANGED
from app.core.pages.flights import SingleFlight
from app.core.pages.keeping import Kept
from app.core.pages.marks import CachedPage, cached_page_of
from app.core.pages.packing import join, trailer, unpack
from app.core.platform import EXTENSION, Platform
from app.identity.browser import session_cookie_name
from app.identity.changes import EXTENSION as SESSIONS
from app.identity.sessions import SessionMemory
from app.notifications.operations import INBOX_CHANGED
from app.site.cached_pages.asking import CookieReader, Cookies, known_arguments, takes_gzip
from app.site.cached_pages.pages import Generation, Page, PageKey, Unfit, render_page
from app.site.cached_pages.visitors import PersonalPart, Visitor, Visitors, meet
from app.site.context import choose_large_text
from app.site.front import Answer, Environ, Front, Routes, WsgiApp
from tenants.context import ZoneFacts
from tenants.database import require_waiting
from tenants.errors import NeedsDatabase
from tenants.registry import ZONE_CHANGED

log = structlog.get_logger()

OLD_PAGE_SERVES = 0.4
"""Seconds a page that has just become old may still be given to those who come while it is rendered anew."""
PATIENCE = 5.0
"""Seconds to wait for another request's rendering before leaving one's own to Flask."""
MOST_PAGE_BYTES = 64 * 1024 * 1024
MOST_VISITOR_BYTES = 64 * 1024 * 1024

ANONYMOUS_CACHING = ("Cache-Control", "public, max-age=0, s-maxage=1")
PERSONAL_CACHING = ("Cache-Control", "private, no-cache")
VARY = ("Vary", "Cookie, Accept-Encoding, Accept-Language")


class PageCache:
    """Answers GET and HEAD of pages marked with `cached_page`; everything else, and every doubt, is Flask's."""

    def __init__(self, app: Flask, wsgi_app: WsgiApp, front: Front) -> None:
        self._app = app
        self._wsgi_app = wsgi_app
        self._front = front
        platform: Platform = app.extensions[EXTENSION]
        self._sessions: SessionMemory = app.extensions[SESSIONS]
        self._cookies = CookieReader(session_cookie_name(platform.settings.scheme), app.config["SESSION_COOKIE_NAME"])
        self._pages: Kept[Page | Unfit] = Kept(MOST_PAGE_BYTES)
        self._flights: SingleFlight[Page | Unfit] = SingleFlight(PATIENCE)
        self.visitors = Visitors(MOST_VISITOR_BYTES)
        self._marks = Routes(app, "GET", self._mark_of)
        self._lock = threading.Lock()
        self._everything = 0
        self._changes: dict[str, tuple[int, float]] = {}
        for topic, listener in (
            (ZONE_CHANGED, self._content_changed),
            (CONTENT_CHANGED, self._content_changed),
            (INBOX_CHANGED, self.visitors.forget),
        ):
            platform.feed.listen(topic, listener)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._front.refresh()
        answer = self.find(environ)
        if answer is None:
            return self._wsgi_app(environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return body

    def find(self, environ: Environ) -> Answer | None:
        """The answer; in a thread that never waits, where nothing has to be rendered for it, nor asked of the database."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        try:
            answer = self._answer(environ)
        except NeedsDatabase:
            return None
        except Exception:
            log.exception("page cache failed", path=environ.get("PATH_INFO"))
            return None
        if answer is not None:
            PAGES_FROM_MEMORY.labels(answer[0][:3]).inc()
        return answer

    def _answer(self, environ: Environ) -> Answer | None:
        mark = self._marks.find(environ["PATH_INFO"])
        if (
            mark is None
            or "HTTP_AUTHORIZATION" in environ
            or "HTTP_HX_REQUEST" in environ
            or not self._front.is_current
        ):
            return None
        cookies = self._cookies.read(environ.get("HTTP_COOKIE", ""))
        zone = self._front.zone_at(environ.get("HTTP_HOST", ""))
        query = known_arguments(environ.get("QUERY_STRING", ""), mark.args)
        if zone is None or query is None or cookies.is_flashing:
            return None
        if cookies.token_hash is None:
            page = self._find_page(
                environ, zone, query, cookies.locale or _asked_locale(environ), cookies.text == "large"
            )
            return _answer_with(environ, page.anonymous, page.tag, page, ANONYMOUS_CACHING) if page else None
        return self._answer_personally(environ, zone, query, cookies, cookies.token_hash)

    def _answer_personally(
        self, environ: Environ, zone: ZoneFacts, query: str, cookies: Cookies, token_hash: bytes
    ) -> Answer | None:
        """The page with this visitor's parts in its holes; None for whoever is not (any more) signed in."""
        signed_in = self._sessions.remembered(token_hash, zone.host)
        if signed_in is None:
            met = meet(self._app, environ, zone, self.visitors)
            if met is None:
                return None
            signed_in = met.signed_in
        visitor = self.visitors.find(token_hash, zone, signed_in)
        if visitor is None:
            visitor = Visitor(signed_in, zone, self.visitors.stamp(signed_in, zone))
        locale = cookies.locale or signed_in.locale or _asked_locale(environ)
        large_text = choose_large_text(cookies.text, signed_in)
        page = self._find_page(environ, zone, query, locale, large_text)
        if page is None:
            return None
        parts = visitor.find(locale, large_text, page.holes)
        if parts is None:
            met = meet(self._app, environ, zone, self.visitors, set(page.holes))
            if met is None or (met.locale, met.large_text) != (locale, large_text):
                return None
            if (met.signed_in, met.stamp) != (signed_in, visitor.stamp):
                visitor = Visitor(met.signed_in, zone, met.stamp)
            visitor.parts |= {(locale, large_text, name): part for name, part in met.parts.items()}
            self.visitors.keep(token_hash, visitor)
            parts = [met.parts[name] for name in page.holes]
        tag = "-".join([page.tag, *[part.tag for part in parts]])
        return _answer_with(environ, _joined(page, visitor, parts, tag), tag, page, PERSONAL_CACHING)

    # ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _find_page(self, environ: Environ, zone: ZoneFacts, query: str, locale: str, large_text: bool) -> Page | None:
        key = PageKey(
            zone.id, zone.revision_id, environ["wsgi.url_scheme"], locale, large_text, environ["PATH_INFO"], query
        )
        found = self._pages.get(key)
        if found is None or not self._is_good(found, zone):
            found = self._make(key, zone, found)
        return found if isinstance(found, Page) else None

    def _make(self, key: PageKey, zone: ZoneFacts, old: Page | Unfit | None) -> Page | Unfit | None:
        """The page rendered anew, by this request or by another that is at it already."""
        if old is not None and self._flights.under_way(key) and self._may_still_serve(old, zone):
            return old
        require_waiting()
        found = self._flights.do(key, lambda: self._render(key, zone))
        if found is not None and not self._is_good(found, zone):
            found = self._flights.do(key, lambda: self._render(key, zone))
        return found

    def _render(self, key: PageKey, zone: ZoneFacts) -> Page | Unfit:
        found = self._pages.get(key)
        if found is None or not self._is_good(found, zone):
            found = render_page(self._app, key, zone, self._generation(zone.id))
            self._pages.put(key, found)
        return found

    def _is_good(self, page: Page | Unfit, zone: ZoneFacts) -> bool:
        return page.generation == self._generation(zone.id) and time.monotonic() < page.until

    def _may_still_serve(self, page: Page | Unfit, zone: ZoneFacts) -> bool:
        """Whether a page became old only just now."""
        changed_at = self._changed_at(zone.id) if page.generation != self._generation(zone.id) else page.until
        return time.monotonic() - changed_at < OLD_PAGE_SERVES

    def _mark_of(self, endpoint: str, _values: Mapping[str, Any]) -> CachedPage | None:
        return cached_page_of(self._app.view_functions.get(endpoint))

    # ── what this process knows, and how it learns of changes ──────────────────────────────────────────────────────

    def _generation(self, zone_id: UUID) -> Generation:
        changes = self._changes.get(str(zone_id))
        return self._everything, changes[0] if changes else 0

    def _changed_at(self, zone_id: UUID) -> float:
        everything = self._changes.get("*", (0, 0.0))[1]
        return max(everything, self._changes.get(str(zone_id), (0, 0.0))[1])

    def _content_changed(self, key: str) -> None:
        with self._lock:
            self._changes[key] = (self._changes.get(key, (0, 0.0))[0] + 1, time.monotonic())
            if key == "*":
                self._everything += 1


def _joined(page: Page, visitor: Visitor, parts: list[PersonalPart], tag: str) -> bytes:
    """The gzip body of a visitor's version of the page."""
    pieces = [page.pieces[0]]
    for part, piece in zip(parts, page.pieces[1:], strict=True):
        pieces += (part.piece, piece)
    end = visitor.trailers.get((page.number, tag))
    if end is None:
        end = trailer(pieces)
        visitor.remember_trailer((page.number, tag), end)
    return join(pieces, end)


def _asked_locale(environ: Environ) -> str:
    return browser_locale(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def _answer_with(environ: Environ, body: bytes, tag: str, page: Page, caching: tuple[str, str]) -> Answer:
    """The answer with a gzip body, or what the client takes of it: nothing, because it has it, or the plain text."""
    gzipped = takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", ""))
    etag = f'"{tag}-gz"' if gzipped else f'"{tag}"'
    headers = [*page.headers, caching, VARY, ("ETag", etag)]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known is not None and (etag in known or known.strip() == "*"):
        return "304 Not Modified", [header for header in headers if header[0] != "Content-Type"], []
    if gzipped:
        headers.append(("Content-Encoding", "gzip"))
    else:
        body = unpack(body)
    headers.append(("Content-Length", str(len(body))))
    return "200 OK", headers, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
