"""Where a blueprint's routes exist: which kind of host serves them, and on which plane they run."""

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Any

from apiflask import APIBlueprint
from flask import Flask, current_app
from werkzeug.routing import Map

from app.core.errors import NotFound
from tenants.context import Plane, ZoneFacts
from tenants.revisions import published_document


class Place(StrEnum):
    """The kinds of host: a zone's, the sign-in host `id.`, the city console `city.`, the bare base domain."""

    ZONE = "zone"
    ID = "id"
    CITY = "city"
    PORTAL = "portal"


class PlacedBlueprint(APIBlueprint):
    """A blueprint that is served at the places named (mostly one); elsewhere its routes answer 404.

    `module` is the slug of the module it belongs to, whose switch it obeys. `writes_zone` is false where unsafe
    requests change nothing of the zone (signing out): a read-only zone takes them too.
    """

    def __init__(self, name: str, import_name: str, *, place: Place | Iterable[Place], plane: Plane, module: str = "",
                 writes_zone: bool = True, **rest: Any):  # fmt: skip
        super().__init__(name, import_name, **rest)
        self.places = frozenset([place] if isinstance(place, Place) else place)
        self.plane = plane
        self.module = module
        self.writes_zone = writes_zone

    def require_on(self, zone: ZoneFacts | None) -> None:
        """Modules that are switched off do not exist: raises `NotFound` where the zone does not use this one."""
        if zone is not None and self.module and not published_document(zone).uses(self.module):
            raise NotFound


def blueprint_of(app: Flask, endpoint: str) -> PlacedBlueprint | None:
    """The blueprint that says where a route exists: the outermost of those it is nested in."""
    found = app.blueprints.get(endpoint.partition(".")[0])
    return found if isinstance(found, PlacedBlueprint) else None


def path_to(endpoint: str, **values: Any) -> str:
    """What `url_for` gives for a page of the same kind of host, remembered: routes stay as they are while we run."""
    return path_among(current_app.url_map, endpoint, tuple(values.items()))


@lru_cache(maxsize=4096)
def path_among(routes: Map, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    """The path of a page among these routes, remembered."""
    return routes.bind("").build(endpoint, dict(values))


def member_pages(module: str, import_name: str) -> PlacedBlueprint:
    """A module's member pages at `/<slug>/`; endpoints are `<slug>.<view>`."""
    return PlacedBlueprint(
        module, import_name, place=Place.ZONE, plane=Plane.MEMBER, module=module, url_prefix=f"/{module}", enable_openapi=False
    )  # fmt: skip


def console_pages(module: str, import_name: str) -> PlacedBlueprint:
    """A module's staff pages at `/console/<slug>/`; endpoints are `console_<slug>.<view>`."""
    return PlacedBlueprint(
        f"console_{module}", import_name, place=Place.ZONE, plane=Plane.STAFF, module=module,
        url_prefix=f"/console/{module}", enable_openapi=False,
    )  # fmt: skip


def api_routes(module: str, import_name: str, tag: str) -> PlacedBlueprint:
    """A module's API at `/api/v1/<slug>`; endpoints are `api_<slug>.<view>`. Runs on the token's plane."""
    return PlacedBlueprint(
        f"api_{module}", import_name, place=Place.ZONE, plane=Plane.STAFF, module=module,
        url_prefix=f"/api/v1/{module}", tag=tag,
    )  # fmt: skip
