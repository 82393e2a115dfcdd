"""Reads of the consoles."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from app.core.audit import AuditEntry
from app.core.platform import platform
from app.identity.models import RoleGrant
from app.unions.models import Union
from tenants.database import db
from tenants.hosts import zone_host
from tenants.models import Zone, ZoneDomain

PAGE = 50


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone as a line of the city's list; `domain` is its primary one, if it has one."""

    id: UUID
    slug: str
    name: str
    state: str
    preset: str
    union_id: UUID
    union_name: str
    union_path: str
    created_at: datetime
    domain: str | None

    @property
    def host(self) -> str:
        return zone_host(self.slug, self.domain, platform().settings.base_domain)

    @property
    def url(self) -> str:
        return platform().url(self.host)


def _zones() -> Any:
    primary = select(ZoneDomain.domain).where(ZoneDomain.zone_id == Zone.id, ZoneDomain.is_primary).scalar_subquery()
    return select(
        Zone.id, Zone.slug, Zone.name, Zone.state, Zone.preset, Zone.union_id, Union.name, Zone.union_path,
        Zone.created_at, primary,
    ).join(Union, Union.id == Zone.union_id)  # fmt: skip


def list_zones(state: str = "", after: str = "", limit: int | None = None, text: str = "") -> list[ZoneRow]:
    """Zones in the order of their slugs, from the one after `after`; `text` is part of a slug or a name."""
    query = _zones().where(Zone.slug > after).order_by(Zone.slug)
    if state:
        query = query.where(Zone.state == state)
    if text:
        query = query.where(or_(Zone.slug.contains(text.lower(), autoescape=True), Zone.name.contains(text, autoescape=True)))  # fmt: skip
    if limit:
        query = query.limit(limit)
    return [ZoneRow(*row) for row in db.session.execute(query)]


def find_zone_row(slug: str) -> ZoneRow | None:
    row = db.session.execute(_zones().where(Zone.slug == slug)).one_or_none()
    return ZoneRow(*row) if row else None


def zones_of_unions(union_ids: Collection[UUID]) -> dict[UUID, ZoneRow]:
    """The zone of each of these unions that has one."""
    rows = db.session.execute(_zones().where(Zone.union_id.in_(union_ids)))
    return {row.union_id: row for row in (ZoneRow(*row) for row in rows)}


def zone_names() -> list[tuple[str, str]]:
    """(slug, name) of every zone, by slug."""
    return [(row.slug, row.name) for row in db.session.execute(select(Zone.slug, Zone.name).order_by(Zone.slug))]


def zone_titles(zone_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of zones by id."""
    rows = db.session.execute(select(Zone.id, Zone.name).where(Zone.id.in_(zone_ids)))
    return {row.id: row.name for row in rows}


def list_domains(zone_id: UUID) -> list[ZoneDomain]:
    return list(db.session.scalars(select(ZoneDomain).where(ZoneDomain.zone_id == zone_id).order_by(ZoneDomain.domain)))


def list_administrators(zone: ZoneRow, role: str) -> list[RoleGrant]:
    """The grants of a role for the zone's own union, oldest first."""
    query = select(RoleGrant).where(RoleGrant.union_id == zone.union_id, RoleGrant.role == role)
    return list(db.session.scalars(query.order_by(RoleGrant.granted_at)))


def unions_with_zone() -> list[tuple[UUID, str]]:
    """(id, name) of the unions that have a zone, in the order of the tree."""
    query = select(Union.id, Union.name).join(Zone, Zone.union_id == Union.id).order_by(Union.path)
    return [(row.id, row.name) for row in db.session.execute(query)]


def list_audit(zone_id: UUID | None = None, before: UUID | None = None, action: str = "") -> list[AuditEntry]:
    """The newest entries first, a page and one more, from the one before `before`; of one zone or of all, of one action
    or of all.
    """
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if zone_id is not None:
        query = query.where(AuditEntry.zone_id == zone_id)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    if action:
        query = query.where(AuditEntry.action == action)
    return list(db.session.scalars(query))
