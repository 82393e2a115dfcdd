"""`/api/v1/zone`: what a zone says of itself."""

from typing import Any

from apiflask import Schema
from apiflask.fields import Boolean, List, Nested, String

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
