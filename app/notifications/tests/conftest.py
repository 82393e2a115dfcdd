"""A zone with members, its neighbour, a desk, and a provider that takes what it is given."""

from typing import Any

import pytest

from app.notifications.tests.desk import Provider
from app.notifications.wires import WIRES, Wires
from app.unions.models import Union
from tenants.context import Plane, scope
from tenants.database import db


@pytest.fixture
def provider(world: Any, monkeypatch: pytest.MonkeyPatch) -> Provider:
    provider = Provider()
    monkeypatch.setitem(world.app.extensions, WIRES, Wires(provider, provider))
    return provider


@pytest.fixture
def scene(world: Any, provider: Provider) -> Any:
    """A zone with five members in two unions, a neighbour with one, and a person of the zone's staff at the desk."""
    zone, neighbour = world.zone(), world.zone()
    with scope(Plane.CITY, reason="test"):
        union = db.session.get(Union, zone.union_id)
    town = world.union("东海镇总工会", "town", union)
    members = [world.member(zone) for _ in range(3)] + [world.member(town) for _ in range(2)]
    world.member(neighbour)
    return zone, members, world.client(zone, world.staff(zone)), world
