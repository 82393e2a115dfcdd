"""Who may enter a route. Every route declares it; a route that declares nothing is refused.

The decorators only mark the view; `app.identity.gate` enforces the mark before the view runs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from app.core.errors import NotFound
from tenants.context import current_actor

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """The mark on a view: open to all, to signed-in accounts, to members of the zone, to whoever something in it is of,
    or to a permission."""

    kind: str
    permission: str = ""
    module: str = ""


PUBLIC = Access("public")
SIGNED_IN = Access("signed-in")
MEMBER = Access("member")
OWN = Access("own")


def _mark(view: View, access: Access) -> View:
    view.hall_access = access  # type: ignore[attr-defined]
    return view


def public(view: View) -> View:
    """Anybody may enter."""
    return _mark(view, PUBLIC)


def signed_in(view: View) -> View:
    """Any account; others are sent to sign in and come back."""
    return _mark(view, SIGNED_IN)


def member_only(view: View) -> View:
    """A member whose union lies in the zone's subtree."""
    return _mark(view, MEMBER)


def own_things(view: View) -> View:
    """A member, or somebody who was one and left something here: for reading and ending what is theirs, never for beginning."""
    return _mark(view, OWN)


def requires(permission: str) -> Callable[[View], View]:
    """Staff with this permission in the scope's zone; to others the route does not exist (404)."""
    return lambda view: _mark(view, Access("permission", permission))


def acting_member() -> UUID:
    """The member who acts. Raises `NotFound` for an account that is nobody's; the routes that ask let in members alone."""
    member_id = current_actor().member_id
    if member_id is None:
        raise NotFound
    return member_id


def access_of(view: Callable[..., Any] | None) -> Access | None:
    return getattr(view, "hall_access", None)
