"""The layer: which posts it does itself, and when it leaves them to Flask."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import structlog
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.http import parse_cookie

from app.core.access import MEMBER, access_of
from app.core.early_posts import EarlyPost, early_post_of
from app.core.errors import DomainError
from app.core.metrics import EARLY_POSTS
from app.core.places import Place, PlacedBlueprint
from app.core.platform import EXTENSION
from app.identity.browser import session_cookie_name
from app.identity.changes import EXTENSION as SESSIONS
from app.identity.gate import actor_of, is_sent_from
from app.identity.sessions import SessionMemory, hash_token
from app.site.early_posts.forms import FormReader
from app.site.front import Answer, Environ, Front, Routes, WsgiApp
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.paths import is_within

log = structlog.get_logger()


class Route(NamedTuple):
    """A marked view behind a path, with what the path names."""

    post: EarlyPost
    blueprint: PlacedBlueprint
    values: Mapping[str, Any]


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
        answer = self._answer(environ) if environ["REQUEST_METHOD"] == "POST" else None
        if answer is None:
            return self._wsgi_app(environ, start_response)
        status, headers, body = answer
        start_response(status, headers)
        return body

    def _answer(self, environ: Environ) -> Answer | None:
        route = self._routes.find(environ["PATH_INFO"])
        if route is None or "HTTP_AUTHORIZATION" in environ or not self._front.is_current():
            return None
        zone = self._front.zone_at(environ.get("HTTP_HOST", ""))
        if zone is None or not zone.state.is_writable:
            return None
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))
        actor = self._member_of(cookies.get(self._session_cookie, ""), zone)
        if actor is None or not self._is_from_here(environ):
            return None
        sent = self._forms.read(environ) if route.post.takes_form or "HTTP_X_CSRFTOKEN" not in environ else MultiDict()
        if sent is None or not self._forms.is_ours(environ, sent, cookies.get(self._form_cookie, "")):
            return None
        location = self._do(route, zone, actor, {"form": sent} if route.post.takes_form else {})
        EARLY_POSTS.labels("done" if location else "left").inc()
        if location is None:
            return None
        return "303 See Other", [("Location", location), ("Cache-Control", "no-store"), ("Content-Length", "0")], []

    def _member_of(self, token: str, zone: ZoneFacts) -> Actor | None:
        """The member of the zone whose session this process remembers."""
        signed_in = self._sessions.remembered(hash_token(token), zone.host) if token else None
        if signed_in is None or signed_in.member_id is None or not is_within(signed_in.member_path, zone.union_path):
            return None
        return actor_of(signed_in, zone, self._platform)

    def _is_from_here(self, environ: Environ) -> bool:
        origin = environ.get("HTTP_ORIGIN") or environ.get("HTTP_REFERER", "")
        host = environ.get("HTTP_HOST", "")
        return is_sent_from(origin, self._platform.settings.scheme, host)

    def _do(self, route: Route, zone: ZoneFacts, actor: Actor, sent: Mapping[str, Any]) -> str | None:
        """What the view would do; None where it refuses or fails, so that Flask says why."""
        with self._app.app_context(), scope(Plane.MEMBER, zone=zone, actor=actor):
            try:
                route.blueprint.require_on(zone)
                return route.post.do(**route.values, **sent)
            except DomainError:
                return None
            except Exception:
                log.exception("an early post failed")
                return None

    def _route_of(self, endpoint: str, values: Mapping[str, Any]) -> Route | None:
        """The marked view of an endpoint, where it is a page for members of a zone."""
        view = self._app.view_functions.get(endpoint)
        blueprint = self._app.blueprints.get(endpoint.rpartition(".")[0])
        post = early_post_of(view)
        if post is None or access_of(view) != MEMBER or not isinstance(blueprint, PlacedBlueprint):
            return None
        if Place.ZONE not in blueprint.places or blueprint.plane is not Plane.MEMBER:
            return None
        return Route(post, blueprint, values)
