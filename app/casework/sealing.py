"""What people tell us is sealed in its column (`app.core.crypto.FieldCipher`); a name is found by its blind index."""

import json
from typing import Any
from uuid import UUID

from app.casework.models import Case, CaseEvent
from app.core.platform import platform

TYPED = "typed_cipher"
APPLICANT = "applicant_cipher"
ANSWERS = "answers_cipher"
_PAGE = "_page"


def seal(case: Case, column: str, values: dict[str, Any]) -> None:
    """Put values into a column of the case, sealed."""
    plain = json.dumps(values, ensure_ascii=False)
    setattr(case, column, platform().cipher.encrypt(plain, table=Case.__tablename__, column=column, row=case.id))


def unseal(case: Case, column: str) -> dict[str, Any]:
    """What a column of the case says; empty where it says nothing."""
    return unseal_many([(case.id, getattr(case, column))], column)[0]


def unseal_many(rows: list[tuple[UUID, bytes | None]], column: str) -> list[dict[str, Any]]:
    """One column of many cases, in their order."""
    return [json.loads(plain or "{}") for plain in unseal_texts(Case.__tablename__, column, rows)]


def seal_typed(case: Case, typed: dict[str, Any], page: str) -> None:
    """Keep the form as last typed, and on which page: two pages of one member must not write over each other unseen."""
    seal(case, TYPED, {**typed, _PAGE: page})


def unseal_typed(case: Case) -> tuple[dict[str, Any], str]:
    """The form as last typed, and the page it was typed on."""
    typed = unseal(case, TYPED)
    page = typed.pop(_PAGE, "")
    return typed, page


def seal_note(event_id: UUID, note: str) -> bytes | None:
    """The sealed form of a line's note; nothing for no note."""
    return seal_text(CaseEvent.__tablename__, "note_cipher", event_id, note) if note else None


def unseal_notes(rows: list[tuple[UUID, bytes | None]]) -> list[str]:
    """The notes of many lines, in their order."""
    return unseal_texts(CaseEvent.__tablename__, "note_cipher", rows)


def name_index(zone_id: UUID, name: str) -> bytes:
    """The blind index of a name or its beginning; the same has another one in another zone."""
    return platform().blind_index.of("case applicant", f"{zone_id}|{name}")


def name_indexes(zone_id: UUID, name: str) -> set[bytes]:
    """Those of every beginning of a name, and of the given name alone."""
    beginnings = {name[:end] for end in range(1, len(name) + 1)} | {name[1:]}
    return {name_index(zone_id, each) for each in beginnings if each}


def seal_text(table: str, column: str, row: UUID, text: str) -> bytes:
    """A text sealed for its place: in another one it can't be opened."""
    return platform().cipher.encrypt(text, table=table, column=column, row=row)


def unseal_texts(table: str, column: str, rows: list[tuple[UUID, bytes | None]]) -> list[str]:
    """One column of many rows, in their order; empty where nothing is sealed."""
    sealed = [(row, blob) for row, blob in rows if blob is not None]
    plain = iter(platform().cipher.decrypt_many(sealed, table=table, column=column))
    return [next(plain) if blob is not None else "" for _, blob in rows]
