"""Host → zone, remembered by each process and forgotten when the change feed says so."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import func, select

from tenants.changes import ChangeFeed
from tenants.context import ZoneFacts, ZoneState
from tenants.database import db
from tenants.hosts import RESERVED_LABELS, HostName, zone_host
from tenants.models import Zone, ZoneDomain, ZoneSlug

ZONE_CHANGED = "zone"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found:
    """A host that leads to a zone; `moved_to` is set when the zone now lives at another host."""

    zone: ZoneFacts
    moved_to: str = ""


class Remembered(Generic[T]):
    """A bounded map of look-ups, the least recently used forgotten first; misses (None) are remembered too."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[Any, T] = OrderedDict()
        self._lock = threading.Lock()
        self._generation = 0

    def get(self, key: Any, load: Callable[[], T]) -> T:
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
            generation = self._generation
        value = load()
        with self._lock:
            if generation == self._generation:
                self._entries[key] = value
                while len(self._entries) > self._most:
                    self._entries.popitem(last=False)
        return value

    def forget(self) -> None:
        with self._lock:
            self._generation += 1
            self._entries.clear()

    def __len__(self) -> int:
        return len(self._entries)


class ZoneRegistry:
    """Looks zones up by host, slug or id. Needs a scope that may read zones; never guesses a zone."""

    def __init__(self, base_domain: str, most_hosts: int = 20_000) -> None:
        self.base_domain = base_domain
        self._hosts: Remembered[Found | None] = Remembered(most_hosts)
        self._zones: Remembered[ZoneFacts | None] = Remembered(most_hosts)

    def listen_to(self, feed: ChangeFeed) -> None:
        feed.listen(ZONE_CHANGED, lambda _: self.forget())

    def forget(self) -> None:
        self._hosts.forget()
        self._zones.forget()

    def by_host(self, host: HostName) -> Found | None:
        """The zone a host leads to, or None; a miss is remembered like a hit."""
        if host.label in RESERVED_LABELS and not host.domain:
            return None
        return self._hosts.get(host, lambda: self._find_host(host))

    def by_id(self, zone_id: UUID) -> ZoneFacts | None:
        return self._zones.get(zone_id, lambda: self._load(Zone.id == zone_id))

    def by_slug(self, slug: str) -> ZoneFacts | None:
        return self._zones.get(slug, lambda: self._load(Zone.slug == slug))

    def _find_host(self, host: HostName) -> Found | None:
        if host.domain:
            owner = (
                select(ZoneDomain.zone_id)
                .where(ZoneDomain.domain == host.domain, ZoneDomain.verified_at.is_not(None))
                .scalar_subquery()
            )
            return self._found(self._load(Zone.id == owner), zone_host("", host.domain, self.base_domain))
        zone = self._load(Zone.slug == host.label)
        if zone:
            return self._found(zone, zone_host(host.label, None, self.base_domain))
        former = (
            select(ZoneSlug.zone_id)
            .where(ZoneSlug.slug == host.label, ZoneSlug.quarantined_until > func.now())
            .scalar_subquery()
        )
        zone = self._load(Zone.id == former)
        return Found(zone, moved_to=zone.host) if zone else None

    def _found(self, zone: ZoneFacts | None, asked: str) -> Found | None:
        """A zone at a host of its own; once one of its domains is the primary one, every other host leads there."""
        if zone is None:
            return None
        has_primary = zone.host != zone_host(zone.slug, None, self.base_domain)
        return Found(zone, moved_to=zone.host if has_primary and asked != zone.host else "")

    def _load(self, condition: Any) -> ZoneFacts | None:
        primary_domain = (
            select(ZoneDomain.domain)
            .where(ZoneDomain.zone_id == Zone.id, ZoneDomain.is_primary, ZoneDomain.verified_at.is_not(None))
            .scalar_subquery()
        )
        row = db.session.execute(
            select(
                Zone.id, Zone.slug, Zone.name, Zone.state, Zone.union_id, Zone.union_path,
                Zone.published_revision_id, primary_domain.label("domain"),
            ).where(condition)
        ).one_or_none()  # fmt: skip
        db.session.commit()
        if row is None:
            return None
        return ZoneFacts(
            id=row.id,
            slug=row.slug,
            name=row.name,
            state=ZoneState(row.state),
            union_id=row.union_id,
            union_path=row.union_path,
            revision_id=row.published_revision_id,
            host=zone_host(row.slug, row.domain, self.base_domain),
        )
