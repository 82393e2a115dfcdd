"""Finding the people of a roster among all members: by document first, else by name and phone together.

Runs on the worker plane, which sees members of every zone; what it finds outside the zone is never told.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text

from app.core.platform import platform
from app.members import sealing
from app.members.queries import names_with_changed_numbers
from app.members.roster.comparing import Known
from app.members.roster.parsing import Entry
from tenants.database import db

INDEX_BYTES = 16
_FIND = """
SELECT m.id, m.xmin::text AS version, m.name, m.gender, m.birth_date::text, m.phone_cipher, m.phone_index, m.id_kind,
       m.id_cipher, m.id_index, m.email, m.education, extract(epoch FROM m.verified_at)::text AS verified_at,
       EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.id AND a.phone_index = m.phone_index) AS is_phone_proved,
       m.union_path,
       k.id AS membership_id, coalesce(k.xmin::text, '') AS membership_version, k.union_id,
       coalesce(u.name, '') AS union_name, k.member_number, k.position, k.joined_on::text
FROM members m
LEFT JOIN memberships k ON k.member_id = m.id AND k.status = 'active'
LEFT JOIN unions u ON u.id = k.union_id
WHERE {condition}
"""
# Thousands of keys travel as one binary text that is cut up here: an array of them costs ten times as much to send.
_CUT = (
    "ARRAY(SELECT substr(:keys, {width} * n + 1, {width}) FROM generate_series(0, octet_length(:keys) / {width} - 1) n)"
)
_INDEXES = _CUT.format(width=INDEX_BYTES)
_BY_DOCUMENT = text(_FIND.format(condition=f"m.id_index = ANY({_INDEXES})"))
_BY_PHONE = text(_FIND.format(condition=f"m.phone_index = ANY({_INDEXES})"))
_BY_ID = text(_FIND.format(condition="m.id = ANY(:keys)"))
_LOCK = text("SELECT id FROM members WHERE id = ANY(:keys) ORDER BY id FOR UPDATE")
_OWNERS = text(f"SELECT id_index, id FROM members WHERE id_index = ANY({_INDEXES})")  # noqa: S608 - constants only


@dataclass(frozen=True, slots=True)
class Match:
    """The person a row names, if there is one; `code` refuses the row."""

    known: Known | None = None
    code: str = ""


def index_entries(entries: Sequence[Entry]) -> None:
    """Give every entry the blind indexes of its phone and document."""
    index = platform().blind_index
    phones = [entry for entry in entries if "phone" in entry.values]
    for entry, key in zip(phones, index.of_many(sealing.PHONE, (e.values["phone"] for e in phones)), strict=True):
        entry.phone_index = key
    people = [entry for entry in entries if "id_number" in entry.values]
    keys = (sealing.document_key(e.values["id_kind"], e.values["id_number"]) for e in people)
    for entry, key in zip(people, index.of_many(sealing.DOCUMENT, keys), strict=True):
        entry.id_index = key


def find_people(entries: Iterable[Entry]) -> list[Match]:
    """For each entry the person it names. Refused without a document: a name and phone that two people have, and one that
    nobody has where a member of this name may have had the phone."""
    entries = list(entries)
    documents = {known.id_index: known for known in _load_by_index(_BY_DOCUMENT, (e.id_index for e in entries))}
    rest = [entry for entry in entries if entry.phone_index and entry.id_index not in documents]
    phones: dict[tuple[bytes | None, str], list[Known]] = defaultdict(list)
    for known in _load_by_index(_BY_PHONE, (entry.phone_index for entry in rest)):
        phones[known.phone_index, known.name].append(known)
    changed = names_with_changed_numbers(entry.values["name"] for entry in entries if entry.id_index is None)
    return [_match(entry, documents, phones, changed) for entry in entries]


def _match(
    entry: Entry,
    documents: dict[bytes | None, Known],
    phones: dict[tuple[bytes | None, str], list[Known]],
    changed: set[str],
) -> Match:
    if entry.id_index is not None and entry.id_index in documents:
        return Match(documents[entry.id_index])
    if entry.phone_index is None:
        return Match()
    found = phones.get((entry.phone_index, entry.values["name"]), [])
    if len(found) > 1:
        return Match(code="several_people")
    if found:
        return Match(found[0])
    return Match(code="number_changed" if entry.id_index is None and entry.values["name"] in changed else "")


def load_people(ids: Iterable[UUID]) -> dict[UUID, Known]:
    """The people with these ids, whichever zone they are in."""
    ids = list(ids)
    return {known.id: known for known in _load(_BY_ID, ids)} if ids else {}


def lock_people(ids: Iterable[UUID]) -> dict[UUID, Known]:
    """The people with these ids, whom nobody else changes until the transaction ends."""
    ids = list(ids)
    db.session.execute(_LOCK, {"keys": ids})
    return load_people(ids)


def find_owners(documents: list[bytes]) -> dict[bytes, UUID]:
    """Whose these documents are, by blind index."""
    if not documents:
        return {}
    rows = db.session.execute(_OWNERS, {"keys": b"".join(documents)})
    return {bytes(row.id_index): row.id for row in rows}


def _load_by_index(query: TextClause, keys: Iterable[bytes | None]) -> list[Known]:
    joined = b"".join(filter(None, keys))
    return _load(query, joined) if joined else []


def _load(query: TextClause, keys: bytes | list[UUID]) -> list[Known]:
    return [Known(*row) for row in db.session.execute(query, {"keys": keys})]
