"""Routes that every module with cases serves on its own blueprints, each with a right the module names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask.typing import ResponseReturnValue

from app.core.access import requires
from app.core.places import PlacedBlueprint

View = Callable[..., ResponseReturnValue]
REVIEW = "review"
DECIDE = "decide"


@dataclass(frozen=True, slots=True)
class Route:
    """An address below the module's; for staff with the module's permission to review or to decide.

    Member pages mark their views themselves (`app.core.access`) and leave `right` empty.
    """

    rule: str
    name: str
    view: View
    method: str = "GET"
    right: str = ""


def add_routes(blueprint: PlacedBlueprint, routes: Iterable[Route], rights: dict[str, str] | None = None) -> None:
    """Serve the routes; `rights` are the module's permissions by right."""
    for route in routes:
        view = requires((rights or {})[route.right])(_own_copy(route.view)) if route.right else route.view
        blueprint.add_url_rule(route.rule, route.name, view, methods=[route.method])


def _own_copy(view: View) -> View:
    """The view as one that can carry a mark of its own: each module names its own permissions."""

    @wraps(view)
    def own(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return own
