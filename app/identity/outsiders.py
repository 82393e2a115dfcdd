"""What to tell members who stand before another union's pages: which union is theirs, and where its zone is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.core.platform import platform
from app.unions.models import Union
from tenants.database import db
from tenants.models import Zone
from tenants.paths import ancestors


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """A member's union and the nearest open zone that serves it; the zone's name and address are empty without one."""

    union_name: str
    zone_name: str = ""
    href: str = ""


def find_own_place(member_path: str) -> OwnPlace | None:
    """Where the member of the union at `member_path` belongs; None for somebody in no union."""
    name = db.session.scalar(select(Union.name).where(Union.path == member_path)) if member_path else None
    if name is None:
        return None
    zone_id = nearest_zone_id(member_path)
    zone = platform().registry.by_id(zone_id) if zone_id else None
    return OwnPlace(name, zone.name, platform().url(zone.host)) if zone else OwnPlace(name)


def nearest_zone_id(union_path: str) -> UUID | None:
    """The open zone of the union at this path, or of the nearest union above it that has one."""
    open_zones = select(Zone.id).where(
        Zone.union_path.in_(ancestors(union_path)), Zone.state.in_(("active", "read_only"))
    )
    return db.session.scalar(open_zones.order_by(func.length(Zone.union_path).desc()).limit(1))
