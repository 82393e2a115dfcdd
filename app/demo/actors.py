"""The demo's staff as who acts."""

from collections.abc import Mapping
from uuid import UUID

from app.core.platform import platform
from app.demo.personas import STAFF
from app.identity.roles import permissions_of_role
from tenants.context import Actor, ZoneFacts

_TITLES = {role: title for role, title, _first_phone in STAFF}


def staff_actor(zone: ZoneFacts, accounts: Mapping[str, UUID], role: str, name: str = "") -> Actor:
    """The persona with a role in a zone, by their own name or as the zone calls them, with all that the role carries."""
    return Actor(
        accounts[f"{role}:{zone.slug}"], name=name or f"{zone.name}{_TITLES[role]}", ties=frozenset({zone.union_path}),
        permissions=permissions_of_role(role, platform().modules),
    )  # fmt: skip
