"""What the platform keeps about members beside their own record: a person it knows more of is not deleted with an import.

Accounts and applications point at members by foreign keys, which the database holds by itself. Inboxes, files and whatever
a module declares as personal data do not; they are asked here, in every zone that serves the member.
"""

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import Column, Table, Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.platform import platform
from app.members.models import Member
from tenants.context import Plane, ZoneFacts, current_scope, current_zone, scope
from tenants.database import Base, db
from tenants.models import Zone
from tenants.paths import ancestors

OWN_TABLES = frozenset({"memberships", "members_import_rows", "members_import_changes"})
"""The member's record itself, and the log of the import that is undone."""


def columns_naming_members() -> list[Column[UUID]]:
    """Where something may be kept about a member that no foreign key would hold back."""
    declared = {
        (kept.table, kept.member_column) for tables in platform().personal_data.values() for kept in tables
    }  # fmt: skip
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if (column.name == "member_id" or (table.name, column.name) in declared) and _must_be_asked(table, column)
    ]


def _must_be_asked(table: Table, column: Column[UUID]) -> bool:
    holds = any(key.column.table.name == "members" and key.ondelete is None for key in column.foreign_keys)
    return table.name not in OWN_TABLES and not holds


def members_with_more(member_ids: Collection[UUID]) -> set[UUID]:
    """Those of whom the running zone keeps something beside their record."""
    found: set[UUID] = set()
    wanted = any_(bindparam("wanted", list(member_ids), ARRAY(Uuid())))
    for column in columns_naming_members() if member_ids else []:
        found.update(db.session.scalars(select(column).where(column == wanted).distinct()))
    return found


def members_with_more_elsewhere(member_ids: Collection[UUID]) -> set[UUID]:
    """The same of every other zone that serves them; enters those zones, so no transaction may be open."""
    here, found = current_scope(), set[UUID]()
    for zone in _other_zones(member_ids):
        with scope(Plane.WORKER, zone=zone, actor=here.actor):
            found |= members_with_more(member_ids)
            db.session.commit()
    return found


def _other_zones(member_ids: Collection[UUID]) -> Iterator[ZoneFacts]:
    wanted = any_(bindparam("wanted", list(member_ids), ARRAY(Uuid())))
    paths = db.session.scalars(select(Member.union_path).where(Member.id == wanted).distinct()).all()
    above = {place for path in paths if path for place in ancestors(path)}
    ids = db.session.scalars(select(Zone.id).where(Zone.union_path.in_(above), Zone.id != current_zone().id)).all()
    zones = [platform().registry.by_id(zone_id) for zone_id in ids]
    db.session.commit()
    return (zone for zone in zones if zone is not None)
