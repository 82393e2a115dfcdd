"""What the layers before Flask know: that this process is up to date, and which zone lives at a host."""

import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.core.platform import EXTENSION, Platform
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.hosts import parse_host
from tenants.registry import ZONE_CHANGED

log = structlog.get_logger()

OLDEST_KNOWLEDGE = 2.0
"""Seconds without a reading of the change feed after which nothing is answered before Flask."""
MOST_HOSTS = 20_000
MOST_PATHS = 20_000

T = TypeVar("T")
Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Answer = tuple[str, Headers, list[bytes]]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Routes(Generic[T]):
    """What the layers before Flask make of the routes of one method, remembered by path: None for what is not theirs."""

    def __init__(self, app: Flask, method: str, made: Callable[[str, Mapping[str, Any]], T | None]) -> None:
        self._app, self._method, self._made = app, method, made
        self._by_path: dict[str, T | None] = {}

    def find(self, path: str) -> T | None:
        """What was made of the route behind a path: of its endpoint and what the path names."""
        try:
            return self._by_path[path]
        except KeyError:
            pass
        if len(self._by_path) >= MOST_PATHS:
            self._by_path.clear()
        found = self._by_path[path] = self._match(path)
        return found

    def _match(self, path: str) -> T | None:
        routes = self._app.url_map.bind("")
        try:
            endpoint, values = routes.match(path.encode("latin-1").decode(errors="replace"), method=self._method)
        except (HTTPException, RequestRedirect):
            return None
        return self._made(endpoint, values)


class Front:
    """One process's knowledge of zones by host, forgotten when the change feed says that one has changed."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        platform: Platform = app.extensions[EXTENSION]
        self._base_domain = platform.settings.base_domain
        self._registry = platform.registry
        self._feed = platform.feed
        self._zones: dict[str, ZoneFacts | None] = {}
        self._generation = 0
        self._lock = threading.Lock()
        self._feed.listen(ZONE_CHANGED, self._forget)

    @property
    def is_due(self) -> bool:
        """Whether the change feed is to be read before the next answer."""
        return self._feed.is_due

    def refresh(self) -> None:
        """Read the change feed when it is due, and nobody else is at it."""
        if not self._feed.is_due:
            return
        try:
            with self._app.app_context(), scope(Plane.MEMBER):
                self._feed.read_if_due(db.session.connection)
                db.session.commit()
        except SQLAlchemyError as fault:
            log.warning("change feed not readable", fault=type(fault).__name__)

    @property
    def is_current(self) -> bool:
        """False when the change feed could not be read for too long."""
        return self._feed.age < OLDEST_KNOWLEDGE

    def zone_at(self, host: str) -> ZoneFacts | None:
        """The open zone that lives at a host; None for any other host, and where the zone has moved away."""
        try:
            return self._zones[host]
        except KeyError:
            pass
        generation = self._generation
        zone = self._find_zone(host)
        with self._lock:
            if generation == self._generation:
                if len(self._zones) >= MOST_HOSTS:
                    self._zones.clear()
                self._zones[host] = zone
        return zone

    def _find_zone(self, host: str) -> ZoneFacts | None:
        name = parse_host(host, self._base_domain)
        if name is None:
            return None
        with self._app.app_context(), scope(Plane.MEMBER):
            found = self._registry.by_host(name)
        return found.zone if found and not found.moved_to and found.zone.state.is_open else None

    def _forget(self, _zone_id: str) -> None:
        with self._lock:
            self._generation += 1
            self._zones.clear()
