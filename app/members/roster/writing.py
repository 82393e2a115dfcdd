"""One chunk of decided rows, written by a handful of statements over a temporary table."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from app.core.clock import today_in_china
from app.members import sealing
from app.members.roster import sealed_rows
from app.members.roster.comparing import MEMBERSHIP_FIELDS, PERSON_FIELDS, Known
from app.members.roster.copying import Chunk
from app.members.roster.revising import Write, former_value

_COLUMNS = (
    ("row_id", "uuid"), ("line", "int4"), ("member_id", "uuid"), ("is_new", "bool"), ("is_rewritten", "bool"),
    ("version", "text"), ("name", "text"), ("gender", "text"), ("birth_date", "text"), ("phone_cipher", "bytea"),
    ("phone_index", "bytea"), ("id_kind", "text"), ("id_cipher", "bytea"), ("id_index", "bytea"), ("email", "text"),
    ("education", "text"), ("membership", "text"), ("former_id", "uuid"), ("former_version", "text"),
    ("union_id", "uuid"), ("union_path", "text"), ("member_number", "text"), ("position", "text"),
    ("joined_on", "text"), ("sealed", "bytea"),
)  # fmt: skip
_CREATE_MEMBERS = """
INSERT INTO members (id, name, gender, birth_date, phone_cipher, phone_index, id_kind, id_cipher, id_index, email,
                     education, union_path)
SELECT member_id, name, gender, birth_date::date, phone_cipher, phone_index, id_kind, id_cipher, id_index, email,
       education, union_path
FROM incoming WHERE is_new
"""
_REWRITE_MEMBERS = """
UPDATE members m SET name = i.name, gender = i.gender, birth_date = i.birth_date::date, phone_cipher = i.phone_cipher,
    phone_index = i.phone_index, id_kind = i.id_kind, id_cipher = i.id_cipher, id_index = i.id_index, email = i.email,
    education = i.education, updated_at = now()
FROM incoming i WHERE i.is_rewritten AND m.id = i.member_id AND m.xmin::text = i.version
"""
_END_FORMER = """
UPDATE memberships k SET status = 'ended', ended_on = %(today)s, end_reason = 'moved'
FROM incoming i
WHERE i.membership = 'move' AND k.id = i.former_id AND k.status = 'active' AND k.xmin::text = i.former_version
"""
_REWRITE_MEMBERSHIPS = """
UPDATE memberships k SET member_number = i.member_number, position = i.position, joined_on = i.joined_on::date
FROM incoming i
WHERE i.membership = 'rewrite' AND k.id = i.former_id AND k.status = 'active' AND k.xmin::text = i.former_version
"""
_CREATE_MEMBERSHIPS = """
INSERT INTO memberships (id, member_id, union_id, union_path, status, member_number, position, joined_on)
SELECT row_id, member_id, union_id, union_path, 'active', member_number, position, joined_on::date
FROM incoming WHERE membership IN ('create', 'move')
"""
_LOG = """
INSERT INTO members_import_changes (zone_id, batch_id, id, line, member_id, is_new_member, membership_id,
                                    former_membership_id, sealed)
SELECT %(zone)s, %(batch)s, row_id, line, member_id, is_new,
       CASE WHEN membership IN ('create', 'move') THEN row_id END, former_id, sealed
FROM incoming
"""


def write_chunk(zone_id: UUID, batch_id: UUID, writes: Sequence[Write]) -> bool:
    """Write the rows and their undo log; false when another writer was faster on any of them: roll back then."""
    if not writes:
        return True
    rows = _rows(writes)
    chunk = Chunk("incoming", _COLUMNS)
    chunk.fill(rows)
    moves = sum(row[16] == "move" for row in rows)
    rewritten = sum(row[4] for row in rows)
    memberships = sum(row[16] == "rewrite" for row in rows)
    chunk.run(_CREATE_MEMBERS)
    complete = (
        (not rewritten or chunk.run(_REWRITE_MEMBERS) == rewritten)
        and (not moves or chunk.run(_END_FORMER, today=today_in_china()) == moves)
        and (not memberships or chunk.run(_REWRITE_MEMBERSHIPS) == memberships)
    )
    if complete:
        chunk.run(_CREATE_MEMBERSHIPS)
        chunk.run(_LOG, zone=zone_id, batch=batch_id)
    return complete


def _rows(writes: Sequence[Write]) -> list[tuple[Any, ...]]:
    phones = _sealed(sealing.PHONE, "phone", writes)
    documents = _sealed(sealing.DOCUMENT, "id_number", writes)
    logs = sealed_rows.seal(sealed_rows.CHANGE, [(_row_id(write), _log(write)) for write in writes])
    return [_row(*parts) for parts in zip(writes, phones, documents, logs, strict=True)]


def _row_id(write: Write) -> UUID:
    if write.row.entry.row_id is None:
        raise ValueError("a staged row without an id")
    return write.row.entry.row_id


def _member_id(write: Write) -> UUID:
    return write.decision.known.id if write.decision.known else _row_id(write)


def _writes(write: Write, name: str) -> bool:
    """Whether the row gives this field of the person a value."""
    return name in write.decision.fields if write.decision.known else name in write.row.entry.values


def _sealed(column: str, name: str, writes: Iterable[Write]) -> list[bytes | None]:
    return sealing.seal_many(
        column,
        [(_member_id(write), write.row.entry.values[name] if _writes(write, name) else None) for write in writes],
    )


def _membership(write: Write) -> str:
    if write.decision.known is None or write.decision.known.membership_id is None:
        return "create"
    if "union" in write.decision.fields:
        return "move"
    return "rewrite" if any(name in MEMBERSHIP_FIELDS for name in write.decision.fields) else "none"


def _row(write: Write, phone: bytes | None, document: bytes | None, log: bytes | None) -> tuple[Any, ...]:
    """The row of `incoming`: every column with its target value, so that the statements need no cases."""
    known = write.decision.known
    return _row_of_new(write, phone, document, log) if known is None else _row_of(write, known, phone, document, log)


def _row_of_new(write: Write, phone: bytes | None, document: bytes | None, log: bytes | None) -> tuple[Any, ...]:
    entry, union = write.row.entry, write.union
    stated, row_id = entry.values.get, _row_id(write)
    return (
        row_id, entry.line, row_id, True, False, None, stated("name"), stated("gender"), stated("birth_date"), phone,
        entry.phone_index, stated("id_kind"), document, entry.id_index, stated("email"), stated("education"), "create",
        None, None, union.id if union else None, union.path if union else None, stated("member_number"),
        stated("position"), stated("joined_on"), log,
    )  # fmt: skip


def _row_of(
    write: Write, known: Known, phone: bytes | None, document: bytes | None, log: bytes | None
) -> tuple[Any, ...]:
    entry, union, fields = write.row.entry, write.union, write.decision.fields

    def target(name: str) -> str | None:
        return entry.values[name] if name in fields else getattr(known, name)

    has_phone, has_document = "phone" in fields, "id_number" in fields
    return (
        _row_id(write), entry.line, known.id, False, any(name in PERSON_FIELDS for name in fields), known.version,
        target("name"), target("gender"), target("birth_date"),
        phone if has_phone else known.phone_cipher,
        entry.phone_index if has_phone else known.phone_index,
        entry.values["id_kind"] if has_document else known.id_kind,
        document if has_document else known.id_cipher,
        entry.id_index if has_document else known.id_index,
        target("email"), target("education"), _membership(write), known.membership_id, known.membership_version,
        union.id if union else None, union.path if union else None,
        *(entry.values.get(name) or getattr(known, name) for name in MEMBERSHIP_FIELDS), log,
    )  # fmt: skip


def _log(write: Write) -> dict[str, Any]:
    """What undoing needs: `person` holds each written field before and after, `before` and `after` the membership,
    `verified_at` whether and when the person had been verified.

    For a new member everything was empty before, so the row's own values say it all (`new`).
    """
    entry, known = write.row.entry, write.decision.known
    if known is None:
        return {"new": entry.values, "membership": "create"}
    names = [name for name in PERSON_FIELDS if name in write.decision.fields]
    person = {name: [former_value(known, write.old, name), entry.values[name]] for name in names}
    if "id_number" in person:
        person["id_kind"] = [known.id_kind, entry.values["id_kind"]]
    log: dict[str, Any] = {"person": person, "membership": _membership(write), "verified_at": known.verified_at}
    if log["membership"] != "none":
        log["before"] = {name: getattr(known, name) for name in MEMBERSHIP_FIELDS}
        log["after"] = {name: entry.values.get(name) or getattr(known, name) for name in MEMBERSHIP_FIELDS}
    return log
