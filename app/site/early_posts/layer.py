"""The layer: which posts it does itself, and when it leaves them to Flask."""

from collections.abc import Callable, Iterable, Mapping
from contextvars import copy_context
from typing import Any, NamedTuple

import structlog
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_cookie

from app.core.access import MEMBER, access_of
from app.core.early_posts import Coming, EarlyPost, Steps, early_post_of
from app.core.errors import DomainError
from app.core.metrics import EARLY_POSTS
from app.core.places import Place, PlacedBlueprint, blueprint_of, path_among
from app.core.platform import EXTENSION
from app.identity.browser import session_cookie_name
from app.identity.changes import EXTENSION as SESSIONS
from app.identity.gate import actor_of, is_sent_from
from app.identity.sessions import SessionMemory, SignedIn, hash_token
from app.site.early_posts.forms import FormReader
from app.site.front import Answer, Environ, Front, Routes, WsgiApp
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.errors import NeedsDatabase
from tenants.paths import is_within

log = structlog.get_logger()
SEE_OTHER, UNCACHED = "303 See Other", (("Cache-Control", "no-store"), ("Content-Length", "0"))
DONE, LEFT = EARLY_POSTS.labels("done"), EARLY_POSTS.labels("left")


class Route(NamedTuple):
    """A marked view behind a path, with what the path names."""

    post: EarlyPost
    blueprint: PlacedBlueprint
    values: Mapping[str, Any]
    named: tuple[tuple[str, Any], ...]
    """The values, to be remembered by."""


class Known(NamedTuple):
    """What came of a post before it was done."""

    answer: Answer
    coming: None = None


class Doing:
    """An early post that is being done: `coming` is what it waits for, and `answer` what there is to say once that is nothing.

    Without an answer the request is Flask's: the view refuses or fails as this did, and says why.
    """

    def __init__(self, steps: Steps[str | None]) -> None:
        self._steps, self._context = steps, copy_context()
        self.coming: Coming | None = None
        self.answer: Answer | None = None
        self.go_on()

    def go_on(self) -> None:
        """Take the next step, which is there to be taken: `coming` has been told."""
        self.coming = None
        location = None
        try:
            self.coming = self._context.run(next, self._steps)
        except StopIteration as end:
            location = end.value
        except (DomainError, NeedsDatabase):
            pass  # the view says why, or asks the database
        except Exception:
            log.exception("an early post failed")
        if location is not None:
            self.answer = _leading_to(location)
        elif self.coming is None:
            LEFT.inc()


class EarlyPosts:
    """Does posts of views marked with `early_post`; everything else, and every doubt, is Flask's."""

    def __init__(self, app: Flask, wsgi_app: WsgiApp, front: Front) -> None:
        self._app = app
        self._wsgi_app = wsgi_app
        self._front = front
        self._platform = app.extensions[EXTENSION]
        self._sessions: SessionMemory = app.extensions[SESSIONS]
        self._session_cookie = session_cookie_name(self._platform.settings.scheme)
        self._form_cookie = app.config["SESSION_COOKIE_NAME"]
        self._forms = FormReader(app)
        self._routes = Routes(app, "POST", self._route_of)

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self._front.refresh()
        doing = self.begin(environ)
        while doing is not None and doing.coming is not None:
            doing.coming.wait()
            doing.go_on()
        if doing is None or doing.answer is None:
            return self._wsgi_app(environ, start_response)
        status, headers, body = doing.answer
        start_response(status, headers)
        return body

    def begin(self, environ: Environ) -> Doing | Known | None:
        """Do the first step, unless the answer is known; None for what is not plainly an early post of a member's."""
        route = self._routes.find(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "POST" else None
        zone = self._zone_of(environ) if route is not None and "HTTP_AUTHORIZATION" not in environ else None
        if route is None or zone is None:
            return None
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
        signed_in = self._signed_in(cookies.get(self._session_cookie, ""), zone)
        if signed_in is None or signed_in.member_id is None or not self._is_from_here(environ):
            return None
        page = route.post.knows and route.post.knows(zone.id, signed_in.member_id, **route.values)
        if page:
            return Known(_leading_to(path_among(self._app.url_map, page, route.named)))
        sent = self._sent_by_us(environ, route, cookies.get(self._form_cookie, ""))
        if sent is None:
            return None
        actor = actor_of(signed_in, zone, self._platform)
        return Doing(self._steps_of(route, zone, actor, {"form": sent} if route.post.takes_form else {}))

    def _zone_of(self, environ: Environ) -> ZoneFacts | None:
        """The zone whose host was asked, if that is known and takes posts."""
        if not self._front.is_current:
            return None
        try:
            zone = self._front.zone_at(environ.get("HTTP_HOST", ""))
        except NeedsDatabase:
            return None
        return zone if zone is not None and zone.state.is_writable else None

    def _sent_by_us(self, environ: Environ, route: Route, cookie: str) -> MultiDict[str, str] | None:
        """What a form of ours has sent, as far as it is wanted."""
        sent = self._forms.read(environ) if route.post.takes_form or "HTTP_X_CSRFTOKEN" not in environ else MultiDict()
        return sent if sent is not None and self._forms.is_ours(environ, sent, cookie) else None

    def _steps_of(self, route: Route, zone: ZoneFacts, actor: Actor, sent: Mapping[str, Any]) -> Steps[str | None]:
        with self._app.app_context(), scope(Plane.MEMBER, zone=zone, actor=actor):
            route.blueprint.require_on(zone)
            return (yield from route.post.do(**route.values, **sent))

    def _signed_in(self, token: str, zone: ZoneFacts) -> SignedIn | None:
        """The session of somebody in the zone's unions, if this process remembers it."""
        signed_in = self._sessions.remembered(hash_token(token), zone.host) if token else None
        return signed_in if signed_in is not None and is_within(signed_in.member_path, zone.union_path) else None

    def _is_from_here(self, environ: Environ) -> bool:
        origin = environ.get("HTTP_ORIGIN") or environ.get("HTTP_REFERER", "")
        host = environ.get("HTTP_HOST", "")
        return is_sent_from(origin, self._platform.settings.scheme, host)

    def _route_of(self, endpoint: str, values: Mapping[str, Any]) -> Route | None:
        """The marked view of an endpoint, where it is a page for members of a zone."""
        view = self._app.view_functions.get(endpoint)
        blueprint = blueprint_of(self._app, endpoint)
        post = early_post_of(view)
        if post is None or access_of(view) != MEMBER or blueprint is None:
            return None
        if Place.ZONE not in blueprint.places or blueprint.plane is not Plane.MEMBER:
            return None
        return Route(post, blueprint, values, tuple(values.items()))


def _leading_to(location: str) -> Answer:
    DONE.inc()
    return SEE_OTHER, [("Location", location), *UNCACHED], []
