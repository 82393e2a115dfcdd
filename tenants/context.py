"""Which zone, plane and actor the running code serves.

The scope is a frozen value in a context variable: never an ORM row, never a default. Code that needs a zone and
has none gets `NoZone`, not another zone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from tenants.errors import NoScope, NoZone, OpenTransaction


class Plane(StrEnum):
    """The database role a piece of code runs as; each sees only what its policies show."""

    MEMBER = "hall_member"
    STAFF = "hall_staff"
    CITY = "hall_city"
    IDENTITY = "hall_identity"
    WORKER = "hall_worker"


class ZoneState(StrEnum):
    """Life of a zone, from the request for it to the trace that it existed."""

    REQUESTED = "requested"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    READ_ONLY = "read_only"
    SUSPENDED = "suspended"
    ARCHIVED = "archived"
    PENDING_DELETE = "pending_delete"
    TOMBSTONE = "tombstone"

    @property
    def is_open(self) -> bool:
        """Members and staff may read the zone."""
        return self in (ZoneState.ACTIVE, ZoneState.READ_ONLY)

    @property
    def is_writable(self) -> bool:
        return self is ZoneState.ACTIVE


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """What the running code knows of its zone; loaded by the registry, safe to share between threads."""

    id: UUID
    slug: str
    name: str
    state: ZoneState
    union_id: UUID
    union_path: str
    revision_id: UUID | None
    host: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, and the member behind it where there is one.

    `permissions` are those that hold in the scope's zone (or in the whole city for the city plane). One who `is_former`
    belongs to no union of the zone any more: what is theirs there stays theirs, and nothing new begins. `ties` are the paths
    of the unions they belong to or have a role in, anywhere: what is kept from a union is kept from them.
    """

    account_id: UUID | None = None
    member_id: UUID | None = None
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    is_former: bool = False
    ties: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_anonymous(self) -> bool:
        return self.account_id is None

    @property
    def is_member(self) -> bool:
        return self.member_id is not None and not self.is_former

    def may(self, permission: str) -> bool:
        return permission in self.permissions


ANONYMOUS = Actor()
SYSTEM = Actor(name="system")


@dataclass(frozen=True, slots=True)
class Scope:
    """Zone, plane, actor and (for the city plane) the reason the code runs for."""

    plane: Plane
    zone: ZoneFacts | None = None
    actor: Actor = ANONYMOUS
    reason: str = ""


_scope: ContextVar[Scope | None] = ContextVar("hall_scope", default=None)
_leave_hooks: list[Callable[[], None]] = []
_open_checks: list[Callable[[], bool]] = []


def on_leave(hook: Callable[[], None]) -> Callable[[], None]:
    """Register what must be closed when a scope is left (the database session)."""
    _leave_hooks.append(hook)
    return hook


def on_enter(check: Callable[[], bool]) -> Callable[[], bool]:
    """Register a check that tells whether the present scope still holds a transaction open."""
    _open_checks.append(check)
    return check


def current_scope() -> Scope:
    """The running scope; raises `NoScope` outside one."""
    scope = _scope.get()
    if scope is None:
        raise NoScope("this code needs a scope: enter one with `tenants.context.scope(...)`")
    return scope


def has_scope() -> bool:
    return _scope.get() is not None


def current_zone() -> ZoneFacts:
    """The zone of the running scope; raises `NoZone` where there is none."""
    zone = current_scope().zone
    if zone is None:
        raise NoZone("this code needs a zone, and its scope has none")
    return zone


def current_actor() -> Actor:
    return current_scope().actor


@contextmanager
def scope(
    plane: Plane, *, zone: ZoneFacts | None = None, actor: Actor = ANONYMOUS, reason: str = ""
) -> Iterator[Scope]:
    """Run the block for a zone and plane; its database session ends with it.

    Raises `OpenTransaction` when the surrounding scope has work that is neither committed nor rolled back: its
    session must not be reached from another zone or plane.
    """
    if _scope.get() is not None and any(check() for check in _open_checks):
        raise OpenTransaction("finish the open transaction before entering another scope")
    entered = Scope(plane=plane, zone=zone, actor=actor, reason=reason)
    token = _scope.set(entered)
    try:
        yield entered
    finally:
        for hook in _leave_hooks:
            hook()
        _scope.reset(token)
