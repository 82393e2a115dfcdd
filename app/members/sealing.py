"""A member's phone and identity document as the database keeps them: sealed, with a blind index beside."""

from collections.abc import Iterable
from uuid import UUID

from app.core.platform import platform

TABLE = "members"
PHONE, DOCUMENT = "phone", "id_number"


def phone_index(phone: str) -> bytes:
    """The blind index of a mobile number in E.164."""
    return platform().blind_index.of(PHONE, phone)


def document_index(kind: str, number: str) -> bytes:
    """The blind index of a normalised document number; numbers of different kinds never meet."""
    return platform().blind_index.of(DOCUMENT, document_key(kind, number))


def document_key(kind: str, number: str) -> str:
    return number if kind == "resident_id" else f"{kind}:{number}"


def seal_phone(member_id: UUID, phone: str) -> bytes:
    return platform().cipher.encrypt(phone, table=TABLE, column=PHONE, row=member_id)


def seal_document(member_id: UUID, number: str) -> bytes:
    return platform().cipher.encrypt(number, table=TABLE, column=DOCUMENT, row=member_id)


def seal_many(column: str, rows: Iterable[tuple[UUID, str | None]]) -> list[bytes | None]:
    """The sealed forms of a column (`PHONE` or `DOCUMENT`) of many members; None stays None."""
    rows = list(rows)
    sealed = iter(platform().cipher.encrypt_many(
        [(row, plain) for row, plain in rows if plain is not None], table=TABLE, column=column
    ))  # fmt: skip
    return [None if plain is None else next(sealed) for _, plain in rows]


def open_many(column: str, rows: Iterable[tuple[UUID, bytes | None]]) -> list[str]:
    """What a column says for many members; '' where it is empty."""
    rows = list(rows)
    plain = iter(platform().cipher.decrypt_many(
        [(row, sealed) for row, sealed in rows if sealed is not None], table=TABLE, column=column
    ))  # fmt: skip
    return ["" if sealed is None else next(plain) for _, sealed in rows]


def open_one(column: str, member_id: UUID, sealed: bytes | None) -> str:
    return open_many(column, [(member_id, sealed)])[0]
