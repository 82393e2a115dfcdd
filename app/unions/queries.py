"""Reads of the organisation tree. Searches are ranges over `COLLATE "C"` indexes, never LIKE."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Executable, func, or_, select

from app.unions.models import Union, UnionMemberCount
from tenants.database import db
from tenants.paths import ancestors as ancestor_paths
from tenants.paths import in_subtree


@dataclass(frozen=True, slots=True)
class UnionRow:
    """A union as lists show it."""

    id: UUID
    parent_id: UUID | None
    path: str
    kind: str
    name: str
    short_name: str
    uscc: str | None
    status: str


_COLUMNS = (
    Union.id, Union.parent_id, Union.path, Union.kind, Union.name, Union.short_name, Union.uscc, Union.status
)  # fmt: skip


def _rows(query: Executable) -> list[UnionRow]:
    return [UnionRow(*row) for row in db.session.execute(query)]


def starts_with(column: Any, prefix: str) -> ColumnElement[bool]:
    """A prefix search that an index on the column `COLLATE "C"` serves, also under row-level security."""
    bytewise = column.collate("C")
    last = prefix[:-1] + chr(ord(prefix[-1]) + 1) if ord(prefix[-1]) < 0x10FFFF else prefix + "\U0010ffff"
    return (bytewise >= prefix) & (bytewise < last)


def find_union(union_id: UUID) -> UnionRow | None:
    return next(iter(_rows(select(*_COLUMNS).where(Union.id == union_id))), None)


def find_root() -> UnionRow | None:
    """The city's own union; None before the city was founded."""
    return next(iter(_rows(select(*_COLUMNS).where(Union.parent_id.is_(None)))), None)


def find_in_subtree(union_id: UUID, path: str) -> UnionRow | None:
    """An active union at or below `path`, else None."""
    query = select(*_COLUMNS).where(Union.id == union_id, Union.status == "active", *in_subtree(Union.path, path))
    return next(iter(_rows(query)), None)


def list_children(parent_id: UUID, after: str = "", limit: int = 100) -> list[UnionRow]:
    """The unions directly under one, in the order of the tree; `after` is the last path of the page before."""
    return _rows(
        select(*_COLUMNS).where(Union.parent_id == parent_id, Union.path > after).order_by(Union.path).limit(limit)
    )


def list_subtree(path: str, after: str = "", limit: int = 100) -> list[UnionRow]:
    """A union and everything below it, in the order of the tree."""
    return _rows(
        select(*_COLUMNS).where(*in_subtree(Union.path, path), Union.path > after).order_by(Union.path).limit(limit)
    )  # fmt: skip


def list_ancestors(path: str) -> list[UnionRow]:
    """The union at `path` and all above it, the city first."""
    return _rows(select(*_COLUMNS).where(Union.path.in_(ancestor_paths(path))).order_by(Union.path))


def count_children(parent_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many unions lie directly under each of these."""
    query = select(Union.parent_id, func.count()).where(Union.parent_id.in_(parent_ids)).group_by(Union.parent_id)
    return {parent_id: number for parent_id, number in db.session.execute(query) if parent_id}


def count_members(path: str) -> int:
    """Active members at and below `path`, summed from the per-union counters."""
    total = select(func.coalesce(func.sum(UnionMemberCount.members), 0)).where(
        *in_subtree(UnionMemberCount.union_path, path)
    )
    return int(db.session.scalar(total) or 0)


def search_unions(prefix: str, within: str, limit: int = 20) -> list[UnionRow]:
    """Unions at or below `within` whose name, short name or credit code begins with the text."""
    prefix = prefix.strip()
    if not prefix:
        return []
    found = or_(starts_with(Union.name, prefix), starts_with(Union.short_name, prefix), Union.uscc == prefix.upper())
    return _rows(select(*_COLUMNS).where(found, *in_subtree(Union.path, within)).order_by(Union.path).limit(limit))
