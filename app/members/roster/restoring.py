"""The statements of an undo, over one chunk of logged changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.clock import today_in_china
from app.members import sealing
from app.members.roster.comparing import MEMBERSHIP_FIELDS, Known
from app.members.roster.copying import Chunk
from tenants.database import db

if TYPE_CHECKING:
    from app.members.roster.undoing import LoggedChange

_COLUMNS = (
    ("member_id", "uuid"), ("is_rewritten", "bool"), ("version", "text"), ("name", "text"), ("gender", "text"),
    ("birth_date", "text"), ("phone_cipher", "bytea"), ("phone_index", "bytea"), ("id_kind", "text"),
    ("id_cipher", "bytea"), ("id_index", "bytea"), ("email", "text"), ("education", "text"), ("membership", "text"),
    ("membership_id", "uuid"), ("former_id", "uuid"), ("member_number", "text"), ("position", "text"),
    ("joined_on", "text"),
)  # fmt: skip
_RESTORE_MEMBERS = """
UPDATE members m SET name = f.name, gender = f.gender, birth_date = f.birth_date::date, phone_cipher = f.phone_cipher,
    phone_index = f.phone_index, id_kind = f.id_kind, id_cipher = f.id_cipher, id_index = f.id_index, email = f.email,
    education = f.education, updated_at = now()
FROM former f WHERE f.is_rewritten AND m.id = f.member_id AND m.xmin::text = f.version
"""
_REMOVE_MEMBERSHIPS = """
DELETE FROM memberships k USING former f WHERE f.membership IN ('create', 'move') AND k.id = f.membership_id
"""
_REVIVE_MEMBERSHIPS = """
UPDATE memberships k SET status = 'active', ended_on = NULL, end_reason = NULL
FROM former f WHERE f.membership = 'move' AND k.id = f.former_id
"""
_RESTORE_MEMBERSHIPS = """
UPDATE memberships k SET member_number = f.member_number, position = f.position, joined_on = f.joined_on::date
FROM former f WHERE f.membership = 'rewrite' AND k.id = f.former_id
"""
_END_MEMBERSHIPS = text("""
UPDATE memberships SET status = 'ended', ended_on = :today, end_reason = 'import_undone'
WHERE id = ANY(:ids) AND status = 'active'
""")
_DELETE_MEMBERSHIPS = text("DELETE FROM memberships WHERE id = ANY(:ids)")
_DELETE_MEMBERS = text("DELETE FROM members WHERE id = ANY(:ids)")


def restore(changes: Sequence[LoggedChange], people: dict[UUID, Known]) -> bool:
    """Give people who existed before their former values and memberships; false when somebody else was faster."""
    if not changes:
        return True
    chunk = Chunk("former", _COLUMNS)
    rows = _rows(changes, people)
    chunk.fill(rows)
    rewritten = sum(row[1] for row in rows)
    if rewritten and chunk.run(_RESTORE_MEMBERS) != rewritten:
        return False
    for statement in (_REMOVE_MEMBERSHIPS, _REVIVE_MEMBERSHIPS, _RESTORE_MEMBERSHIPS):
        chunk.run(statement)
    return True


def remove_members(changes: Sequence[LoggedChange]) -> list[LoggedChange]:
    """Delete members whom the batch created; returns those who stay because something refers to them.

    Accounts, applications and whatever modules keep point at members by foreign keys, so the database itself knows
    who is in use; a chunk that it refuses is halved until those are found.
    """
    if not changes:
        return []
    try:
        with db.session.begin_nested():
            db.session.execute(_DELETE_MEMBERSHIPS, {"ids": [change.membership_id for change in changes]})
            db.session.execute(_DELETE_MEMBERS, {"ids": [change.member_id for change in changes]})
    except IntegrityError:
        if len(changes) == 1:
            return list(changes)
        middle = len(changes) // 2
        return remove_members(changes[:middle]) + remove_members(changes[middle:])
    return []


def end_memberships(changes: Sequence[LoggedChange]) -> None:
    """End what a batch began for people who stay."""
    if changes:
        ids = [change.membership_id for change in changes]
        db.session.execute(_END_MEMBERSHIPS, {"ids": ids, "today": today_in_china()})


def _rows(changes: Sequence[LoggedChange], people: dict[UUID, Known]) -> list[tuple[Any, ...]]:
    phones = sealing.seal_many(sealing.PHONE, [(change.member_id, _former(change, "phone")) for change in changes])
    documents = sealing.seal_many(
        sealing.DOCUMENT, [(change.member_id, _former(change, "id_number")) for change in changes]
    )
    return [
        _row(change, people[change.member_id], phone, document)
        for change, phone, document in zip(changes, phones, documents, strict=True)
    ]


def _former(change: LoggedChange, name: str) -> str | None:
    return change.log["person"].get(name, (None, None))[0]


def _row(change: LoggedChange, known: Known, phone: bytes | None, document: bytes | None) -> tuple[Any, ...]:
    person = change.log["person"]

    def former(name: str) -> str | None:
        return person[name][0] if name in person else getattr(known, name)

    before = change.log.get("before", {})
    number, kind = _former(change, "id_number"), former("id_kind")
    had_phone, had_document = "phone" in person, "id_number" in person
    return (
        known.id, bool(person), known.version, former("name"), former("gender"), former("birth_date"),
        phone if had_phone else known.phone_cipher,
        _phone_index(change) if had_phone else known.phone_index, kind,
        document if had_document else known.id_cipher,
        (sealing.document_index(kind, number) if kind and number else None) if had_document else known.id_index,
        former("email"), former("education"), change.log["membership"], change.membership_id, change.former_id,
        *(before.get(name) for name in MEMBERSHIP_FIELDS),
    )  # fmt: skip


def _phone_index(change: LoggedChange) -> bytes | None:
    phone = _former(change, "phone")
    return sealing.phone_index(phone) if phone else None
