"""Telling the zones of a member that their account is connected with WeChat, so that what waits for that there goes on."""

from uuid import UUID

from sqlalchemy import select

from app.core.outbox import emit
from app.core.platform import platform
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tenants.models import Zone
from tenants.paths import ancestors

CONNECTED = "benefits.hand_over_waiting"


def tell_zones(member_id: UUID | None, member_path: str) -> None:
    """Tell the open zones of a member's union and those above it, after the link has been committed."""
    for zone in _open_zones(member_path) if member_id else ():
        with scope(Plane.IDENTITY, zone=zone):
            emit(CONNECTED, dedupe_key=f"{CONNECTED}:{uuid7()}", payload={"member_id": str(member_id)})
            db.session.commit()


def _open_zones(member_path: str) -> list[ZoneFacts]:
    with scope(Plane.IDENTITY):
        near = select(Zone.id).where(Zone.union_path.in_(ancestors(member_path)), Zone.state == "active")
        found = [platform().registry.by_id(zone_id) for zone_id in db.session.scalars(near)]
        db.session.commit()
    return [zone for zone in found if zone]
