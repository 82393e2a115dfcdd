"""Reads of the consoles."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.audit import AuditEntry
from app.unions.models import Union
from tenants.database import db
from tenants.models import Zone, ZoneDomain

PAGE = 50


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone as a line of the city's list."""

    id: UUID
    slug: str
    name: str
    state: str
    preset: str
    union_name: str
    union_path: str
    created_at: datetime


def _zones() -> Any:
    return select(
        Zone.id, Zone.slug, Zone.name, Zone.state, Zone.preset, Union.name.label("union_name"), Zone.union_path,
        Zone.created_at,
    ).join(Union, Union.id == Zone.union_id)  # fmt: skip


def list_zones(state: str = "", after: str = "", limit: int | None = None) -> list[ZoneRow]:
    """Zones in the order of their slugs, from the one after `after`."""
    query = _zones().where(Zone.slug > after).order_by(Zone.slug)
    if state:
        query = query.where(Zone.state == state)
    if limit:
        query = query.limit(limit)
    return [ZoneRow(*row) for row in db.session.execute(query)]


def find_zone_row(slug: str) -> ZoneRow | None:
    row = db.session.execute(_zones().where(Zone.slug == slug)).one_or_none()
    return ZoneRow(*row) if row else None


def list_domains(zone_id: UUID) -> list[ZoneDomain]:
    return list(db.session.scalars(select(ZoneDomain).where(ZoneDomain.zone_id == zone_id).order_by(ZoneDomain.domain)))


def unions_without_zone(limit: int = 500) -> list[Union]:
    """Unions that could be given a zone, in the order of the tree."""
    taken = select(Zone.union_id)
    return list(db.session.scalars(select(Union).where(Union.id.not_in(taken)).order_by(Union.path).limit(limit)))


def unions_with_zone() -> list[tuple[UUID, str]]:
    """(id, name) of the unions that have a zone, in the order of the tree."""
    query = select(Union.id, Union.name).join(Zone, Zone.union_id == Union.id).order_by(Union.path)
    return [(row.id, row.name) for row in db.session.execute(query)]


def list_audit(zone_id: UUID | None = None, before: UUID | None = None) -> list[AuditEntry]:
    """The newest entries first, a page from the one before `before`; of one zone, or of all for the city."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if zone_id is not None:
        query = query.where(AuditEntry.zone_id == zone_id)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(db.session.scalars(query))
