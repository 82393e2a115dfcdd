"""What is kept sealed of lawyers."""

from uuid import UUID

from app.casework.sealing import seal_text, unseal_texts
from app.modules.legal_aid.lawyers.models import Assignment, Client, Lawyer


def seal_mobile(lawyer_id: UUID, mobile: str) -> bytes:
    return seal_text(Lawyer.__tablename__, "mobile_cipher", lawyer_id, mobile)


def seal_former_mobile(lawyer_id: UUID, mobile: str) -> bytes:
    return seal_text(Lawyer.__tablename__, "former_mobile_cipher", lawyer_id, mobile)


def former_mobile_of(lawyer: Lawyer) -> str:
    """E.164, of who left the panel; empty once it was taken out."""
    return unseal_texts(Lawyer.__tablename__, "former_mobile_cipher", [(lawyer.id, lawyer.former_mobile_cipher)])[0]


def mobile_of(lawyer: Lawyer) -> str:
    """E.164; empty where it was taken out."""
    return unseal_texts(Lawyer.__tablename__, "mobile_cipher", [(lawyer.id, lawyer.mobile_cipher)])[0]


def seal_client(client_id: UUID, column: str, text: str) -> bytes:
    return seal_text(Client.__tablename__, column, client_id, text)


def client_texts(clients: list[Client]) -> list[tuple[str, str]]:
    """The name and the credit code of each."""
    names = unseal_texts(Client.__tablename__, "name_cipher", [(each.id, each.name_cipher) for each in clients])
    codes = unseal_texts(Client.__tablename__, "uscc_cipher", [(each.id, each.uscc_cipher) for each in clients])
    return list(zip(names, codes, strict=True))


def seal_reason(assignment_id: UUID, reason: str) -> bytes:
    return seal_text(Assignment.__tablename__, "reason_cipher", assignment_id, reason)


def reasons_of(assignments: list[Assignment]) -> list[str]:
    rows = [(each.id, each.reason_cipher) for each in assignments]
    return unseal_texts(Assignment.__tablename__, "reason_cipher", rows)
