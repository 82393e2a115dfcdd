"""Routes that every module with cases serves on its own blueprints, each with a right the module names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from app.casework.access.standing import require_reading
from app.casework.pace import BY_HAND, ONCE_IN_A_WHILE, Pace
from app.casework.queries import find_case
from app.core.access import requires
from app.core.places import PlacedBlueprint
from app.identity.browser import SAFE_METHODS, own_transaction
from app.identity.limits import Limit, spend
from tenants.context import current_actor
from tenants.database import end_reading

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
    views themselves (`app.core.access`) and leave `right` empty. A form is sent at a `pace`, or else at one that fits a hand;
    what only shows is counted where a pace is named.
    """

    rule: str
    name: str
    view: View
    method: str = "GET"
    right: str = ""
    before_reading: bool = False
    pace: Pace | None = None

    @property
    def is_for_readers(self) -> bool:
        return bool(self.right) and CASE in self.rule and not self.before_reading

    def limit_at(self, blueprint: str) -> Limit | None:
        """How often one account sends the form, or asks for what is costly; None for what simply shows."""
        pace = self.pace
        if self.method not in SAFE_METHODS:
            pace = pace or (BY_HAND if self.right else ONCE_IN_A_WHILE)
        if pace is None:
            return None
        return Limit(f"{blueprint}.{self.name}", pace.most, pace.per)


def add_routes(blueprint: PlacedBlueprint, routes: Iterable[Route], rights: dict[str, str] | None = None) -> None:
    """Serve the routes; `rights` are the module's permissions by right."""
    for route in routes:
        view = _for_readers(route.view) if route.is_for_readers else route.view
        if limit := route.limit_at(blueprint.name):
            view = _limited(view, limit)
        if route.right:
            view = requires((rights or {})[route.right])(_own_copy(view))
        blueprint.add_url_rule(route.rule, route.name, view, methods=[route.method])


def _own_copy(view: View) -> View:
    """The view as one that can carry a mark of its own: each module names its own permissions."""

    @wraps(view)
    def own(**values: Any) -> ResponseReturnValue:
        return view(**values)

    return own


def _limited(view: View, limit: Limit) -> View:
    """The view, counted before it does anything and whatever it answers."""

    @wraps(view)
    def counted(**values: Any) -> ResponseReturnValue:
        end_reading()
        with own_transaction():
            spend((limit, str(current_actor().account_id)))
        return view(**values)

    counted.hall_limit = limit  # type: ignore[attr-defined]
    return counted


def _for_readers(view: View) -> View:
    @wraps(view)
    def read(case_id: UUID, **values: Any) -> ResponseReturnValue:
        require_reading(current_actor(), find_case(case_id))
        return view(case_id=case_id, **values)

    return read
