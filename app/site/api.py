"""`/api/v1/zone`: what a zone says of itself."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, List, Nested, String
from flask import current_app

from app.core import api_description
from app.core.access import public
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import current_document
from tenants.context import Plane, current_zone

blueprint = PlacedBlueprint(
    "api_zone", __name__, place=Place.ZONE, plane=Plane.MEMBER, url_prefix="/api/v1", tag="Zone"
)


class ModuleOut(Schema):
    """A module and whether the zone uses it."""

    slug = String()
    title = String()
    enabled = Boolean()


class ZoneOut(Schema):
    """A zone."""

    slug = String()
    name = String()
    state = String()
    theme = String()
    slogan = String()
    modules = List(Nested(ModuleOut))


@blueprint.get("/zone")
@blueprint.output(ZoneOut)
@public
def zone() -> dict[str, Any]:
    """The zone at this host: name, state, theme and the modules it uses."""
    facts, document = current_zone(), current_document()
    return {
        "slug": facts.slug,
        "name": facts.name,
        "state": facts.state.value,
        "theme": document.theme,
        "slogan": document.slogan,
        "modules": [
            {"slug": module.slug, "title": str(module.title), "enabled": document.uses(module.slug)}
            for module in platform().modules
        ],
    }


@blueprint.get("/openapi.json")
@blueprint.doc(hide=True)
@public
def description() -> dict[str, Any]:
    """The OpenAPI document: what this zone's API offers, without the modules that the zone does not use."""
    document, whole = current_document(), _description()
    closed = tuple(f"/api/v1/{module.slug}" for module in platform().modules if not document.uses(module.slug))
    paths = {path: operations for path, operations in whole["paths"].items() if not _is_under(path, closed)}
    return {**whole, "paths": paths}


def _description() -> dict[str, Any]:
    """Made once a process; it names no host."""
    kept = current_app.extensions
    if api_description.EXTENSION not in kept:
        kept[api_description.EXTENSION] = current_app.spec  # type: ignore[attr-defined]
    return kept[api_description.EXTENSION]


def _is_under(path: str, roots: tuple[str, ...]) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in roots)
