"""A member as pages show them: names whole; phone, document, birth date and e-mail masked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.identifiers import mask_birth_date, mask_document, mask_email, mask_phone
from app.members import sealing


@dataclass(frozen=True, slots=True)
class MemberRow:
    """`phone`, `id_number`, `birth_date` and `email` are masked, '' where there is none."""

    id: UUID
    name: str
    gender: str | None
    birth_date: str
    phone: str
    id_kind: str | None
    id_number: str
    email: str
    education: str | None
    verified_at: datetime | None
    union_path: str | None
    membership_id: UUID | None
    union_id: UUID | None
    union_name: str | None
    member_number: str | None
    position: str | None
    joined_on: date | None


def member_rows(found: Iterable[Any]) -> list[MemberRow]:
    """Decrypt and mask the rows of a page in bulk."""
    found = list(found)
    phones = sealing.open_many(sealing.PHONE, [(row.id, row.phone_cipher) for row in found])
    documents = sealing.open_many(sealing.DOCUMENT, [(row.id, row.id_cipher) for row in found])
    return [_masked(row, phone, document) for row, phone, document in zip(found, phones, documents, strict=True)]


def _masked(row: Any, phone: str, document: str) -> MemberRow:
    return MemberRow(
        id=row.id, name=row.name, gender=row.gender,
        birth_date=mask_birth_date(row.birth_date) if row.birth_date else "",
        phone=mask_phone(phone) if phone else "", id_kind=row.id_kind,
        id_number=mask_document(row.id_kind, document) if document else "",
        email=mask_email(row.email) if row.email else "",
        education=row.education, verified_at=row.verified_at, union_path=row.union_path,
        membership_id=row.membership_id, union_id=row.union_id, union_name=row.union_name,
        member_number=row.member_number, position=row.position, joined_on=row.joined_on,
    )  # fmt: skip
