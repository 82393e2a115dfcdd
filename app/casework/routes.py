"""Routes that every module with cases serves on its own blueprints, each with a right the module names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework.access.standing import require_reading
from app.casework.queries import find_case
from app.core.access import requires
from app.core.places import PlacedBlueprint
from tenants.context import current_actor

View = Callable[..., ResponseReturnValue]
REVIEW = "review"
DECIDE = "decide"
PAY = "pay"
RETAIN = "retain"
CASE = "<uuid:case_id>"


@dataclass(frozen=True, slots=True)
class Route:
    """An address below the module's; for staff with the module's permission to review, to decide, to pay or to retain.

    Of a case, staff reach nothing before they may read it, unless the route is one `before_reading`. Member pages mark their
    views themselves (`app.core.access`) and leave `right` empty.
    """

    rule: str
    name: str
    view: View
    method: str = "GET"
    right: str = ""
    before_reading: bool = False

    @property
    def is_for_readers(self) -> bool:
        return bool(self.right) and CASE in self.rule and not self.before_reading


def add_routes(blueprint: PlacedBlueprint, routes: Iterable[Route], rights: dict[str, str] | None = None) -> None:
    """Serve the routes; `rights` are the module's permissions by right."""
    for route in routes:
        view = _for_readers(route.view) if route.is_for_readers else route.view
        if route.right:
            view = requires((rights or {})[route.right])(_own_copy(view))
        blueprint.add_url_rule(route.rule, route.name, view, methods=[route.method])


def _own_copy(view: View) -> View:
    """The view as one that can carry a mark of its own: each module names its own permissions."""

    @wraps(view)
    def own(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return own


def _for_readers(view: View) -> View:
    @wraps(view)
    def read(case_id: UUID, **values: Any) -> ResponseReturnValue:
        require_reading(current_actor(), find_case(case_id))
        return view(case_id=case_id, **values)

    return read
