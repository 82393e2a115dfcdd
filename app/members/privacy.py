"""A member's right to a copy: everything the platform holds about them that this zone may show."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.modules import PersonalData
from app.core.platform import platform
from app.members import sealing
from app.members.corrections import wanted_value
from app.members.looks import list_reveals
from app.members.models import Member
from app.members.queries import list_corrections, list_memberships
from tenants.context import current_zone
from tenants.database import Base, db

_RECORD = ("name", "gender", "birth_date", "id_kind", "email", "education", "phone_changed_at", "verified_at",
           "created_at")  # fmt: skip


def export_member(member_id: UUID) -> dict[str, Any]:
    """The copy, as plain JSON values; runs on the member plane, which shows a member their own rows only.

    Raises `NotFound`.
    """
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    record = {name: getattr(member, name) for name in _RECORD}
    record["phone"] = sealing.open_one(sealing.PHONE, member.id, member.phone_cipher)
    record["id_number"] = sealing.open_one(sealing.DOCUMENT, member.id, member.id_cipher)
    copy = {
        "zone": current_zone().name,
        "made_at": now(),
        "member": record,
        "memberships": [_fields(row) for row in list_memberships(member_id)],
        "reveals": [_fields(row) for row in list_reveals(member_id, limit=10_000)],
        "corrections": [
            {"field": row.field, "wanted": wanted_value(row), "status": row.status, "answer": row.answer,
             "created_at": row.created_at}
            for row in list_corrections(member_id=member_id)
        ],
        "modules": {
            part: {kept.table: _rows(kept, member_id) for kept in tables if kept.export}
            for part, tables in platform().personal_data.items()
        },
    }  # fmt: skip
    return _plain(copy)


def _rows(kept: PersonalData, member_id: UUID) -> list[dict[str, Any]]:
    """A part's rows about the member, in the running zone."""
    table = Base.metadata.tables[kept.table]
    of_member = table.c[kept.member_column] == member_id
    query = select(*(table.c[name] for name in kept.export)).where(of_member).order_by(*table.primary_key)
    rows = [dict(row._mapping) for row in db.session.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name
    for column in kept.sealed:
        query = select(table.c.id, table.c[column]).where(of_member).order_by(*table.primary_key)
        sealed = [tuple(row) for row in db.session.execute(query)]
        for row, told in zip(rows, _unsealed(kept.table, column, sealed), strict=True):
            row[column.removesuffix("_cipher")] = told
    return rows


def _unsealed(table: str, column: str, sealed: list[Any]) -> list[Any]:
    return [json.loads(text) for text in platform().cipher.decrypt_many(sealed, table=table, column=column)]


def _fields(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__slots__}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value.hex() if isinstance(value, bytes) else value
