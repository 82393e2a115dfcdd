"""Values that a union has fixed for every zone of its subtree: `theme`, or `module.<slug>` on or off.

A lock is applied, not refused: drafts, publications and new zones take its value. What is published stays until then.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, text

from app.core import audit
from app.core.platform import platform
from app.core.theming import themes
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db
from tenants.isolation import allow_raw_sql, raw_sql
from tenants.models import SettingLock
from tenants.paths import ancestors
from tenants.revisions import ModuleChoice, RevisionDocument

THEME, MODULE = "theme", "module."
PUBLISHED = text("""
    SELECT z.slug, z.name, z.union_path, r.document
    FROM zones z JOIN zone_revisions r ON r.zone_id = z.id AND r.id = z.published_revision_id ORDER BY z.slug
""")
READ_PUBLISHED = allow_raw_sql("console.locks", "the city compares what every zone has published with what is fixed")


@dataclass(frozen=True, slots=True)
class LockedZone:
    """A zone whose published document has another value than the lock."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class LockRow:
    """A lock as the city's page lists it, with the zones that differ now."""

    lock: SettingLock
    union: Union
    differing: tuple[LockedZone, ...]


def locks_above(union_path: str) -> dict[str, SettingLock]:
    """The locks that bind a zone of the union, the highest union's first say counting."""
    query = select(SettingLock).where(SettingLock.union_path.in_(ancestors(union_path)))
    return _binding(db.session.scalars(query), union_path)


def _binding(locks: Iterable[SettingLock], union_path: str) -> dict[str, SettingLock]:
    above = [lock for lock in locks if union_path.startswith(lock.union_path)]
    return {lock.key: lock for lock in sorted(above, key=lambda lock: lock.union_path, reverse=True)}


def with_locks(document: RevisionDocument) -> RevisionDocument:
    """The document with everything the unions above the running zone have fixed."""
    return _apply(document, {key: lock.value for key, lock in locks_above(current_zone().union_path).items()})


def _apply(document: RevisionDocument, fixed: Mapping[str, Any]) -> RevisionDocument:
    """Another theme takes its own colours; a module brings those it needs, and takes those along that need it."""
    theme = fixed.get(THEME, document.theme)
    if theme != document.theme and theme in themes():
        document = replace(document, theme=theme, tokens={})
    switches = {key.removeprefix(MODULE): value for key, value in fixed.items() if key.startswith(MODULE)}
    for slug in [slug for slug, is_on in switches.items() if is_on]:
        document = _switch_on(document, slug)
    for slug in [slug for slug, is_on in switches.items() if not is_on]:
        document = _switch_off(document, slug)
    return document


def _switch_on(document: RevisionDocument, slug: str) -> RevisionDocument:
    module = platform().modules.get(slug)
    if module is None:
        return document
    for needed in module.requires:
        document = _switch_on(document, needed)
    if document.uses(slug):
        return document
    kept = document.modules.get(slug)
    choice = ModuleChoice(True, kept.settings if kept else module.default_settings())
    return replace(document, modules={**document.modules, slug: choice})


def _switch_off(document: RevisionDocument, slug: str) -> RevisionDocument:
    for module in platform().modules:
        if slug in module.requires and document.uses(module.slug):
            document = _switch_off(document, module.slug)
    if not document.uses(slug):
        return document
    return replace(document, modules={**document.modules, slug: replace(document.modules[slug], enabled=False)})


def list_locks() -> list[LockRow]:
    """Every lock with the union that set it and the zones that differ now. City plane."""
    query = (
        select(SettingLock, Union).join(Union, Union.id == SettingLock.union_id).order_by(Union.path, SettingLock.key)
    )
    found = [(lock, union) for lock, union in db.session.execute(query)]
    differing = _differing([lock for lock, _union in found]) if found else {}
    return [LockRow(lock, union, tuple(differing.get((lock.union_id, lock.key), ()))) for lock, union in found]


def _differing(locks: list[SettingLock]) -> dict[tuple[Any, str], list[LockedZone]]:
    with raw_sql(READ_PUBLISHED):
        published = db.session.execute(PUBLISHED).all()
    found: dict[tuple[Any, str], list[LockedZone]] = {}
    for row in published:
        document = RevisionDocument.from_json(row.document)
        for key, lock in _binding(locks, row.union_path).items():
            if _value(document, key) != lock.value:
                found.setdefault((lock.union_id, key), []).append(LockedZone(row.slug, row.name))
    return found


def _value(document: RevisionDocument, key: str) -> Any:
    return document.theme if key == THEME else document.uses(key.removeprefix(MODULE))


def set_lock(union: Union, key: str, value: Any, reason: str) -> None:
    """Fix a value for the union's whole subtree. It binds the next publication; what is published stays until then."""
    db.session.merge(SettingLock(union_id=union.id, union_path=union.path, key=key, value=value, reason=reason))
    audit.record("zones.locked", object_type="union", object_id=union.id, key=key, value=value, why=reason)


def lift_lock(union: Union, key: str) -> None:
    lock = db.session.get(SettingLock, (union.id, key))
    if lock is not None:
        db.session.delete(lock)
        audit.record("zones.unlocked", object_type="union", object_id=union.id, key=key, value=lock.value)
