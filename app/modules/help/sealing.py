"""What people tell us is sealed in its column: see `app.core.crypto.FieldCipher`."""

import json
from typing import Any
from uuid import UUID

from app.core.platform import platform
from app.modules.help.models import Application, Event

TYPED = "typed_cipher"
APPLICANT = "applicant_cipher"
DESCRIPTION = "description_cipher"
_PAGE = "_page"


def seal(application: Application, column: str, plain: str) -> None:
    """Put `plain` into a column of the application, sealed."""
    sealed = platform().cipher.encrypt(plain, table=Application.__tablename__, column=column, row=application.id)
    setattr(application, column, sealed)


def unseal(application: Application, column: str) -> str:
    """What a column of the application says; empty where it says nothing."""
    return unseal_many([(application.id, getattr(application, column))], column)[0]


def unseal_many(rows: list[tuple[UUID, bytes | None]], column: str) -> list[str]:
    """One column of many applications, in their order."""
    return _unseal(rows, Application.__tablename__, column)


def seal_document(application: Application, column: str, values: dict[str, Any]) -> None:
    seal(application, column, json.dumps(values, ensure_ascii=False))


def unseal_document(application: Application, column: str) -> dict[str, Any]:
    return json.loads(unseal(application, column) or "{}")


def seal_typed(application: Application, typed: dict[str, Any], page: str) -> None:
    """Keep the form as last typed, and on which page: two pages of one member must not write over each other unseen."""
    seal_document(application, TYPED, {**typed, _PAGE: page})


def unseal_typed(application: Application) -> tuple[dict[str, Any], str]:
    """The form as last typed, and the page it was typed on."""
    typed = unseal_document(application, TYPED)
    page = typed.pop(_PAGE, "")
    return typed, page


def seal_note(event_id: UUID, note: str) -> bytes | None:
    """The sealed form of a line's note; nothing for no note."""
    if not note:
        return None
    return platform().cipher.encrypt(note, table=Event.__tablename__, column="note_cipher", row=event_id)


def unseal_notes(rows: list[tuple[UUID, bytes | None]]) -> list[str]:
    """The notes of many lines, in their order."""
    return _unseal(rows, Event.__tablename__, "note_cipher")


def _unseal(rows: list[tuple[UUID, bytes | None]], table: str, column: str) -> list[str]:
    sealed = [(row, blob) for row, blob in rows if blob is not None]
    plain = iter(platform().cipher.decrypt_many(sealed, table=table, column=column))
    return [next(plain) if blob is not None else "" for _, blob in rows]
