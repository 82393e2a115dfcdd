"""Keeping a paper as it was sent, and finding it again."""

from uuid import UUID

from sqlalchemy import select

from app.casework.models import CaseDocument
from app.casework.originals.models import CaseOriginal
from app.core.errors import NotFound
from app.core.files import StoredFile, delete_file, save_file
from tenants.database import db
from tenants.ids import uuid7

PURPOSE = "casework.original"


def keep_original(document: CaseDocument, data: bytes, name: str) -> None:
    """Keep a PDF's own bytes besides; nothing of them was changed, so nobody is shown them in a page."""
    stored = save_file(data, name=name, media_type="application/pdf", purpose=PURPOSE, visibility="personal",
                       member_id=document.member_id)  # fmt: skip
    db.session.add(CaseOriginal(id=uuid7(), case_id=document.case_id, member_id=document.member_id,
                                document_id=document.id, file_id=stored.id))  # fmt: skip
    db.session.flush()


def find_original(case_id: UUID, document_id: UUID) -> CaseOriginal:
    """What was sent of a paper of that very case; raises `NotFound` where only the paper made anew is kept."""
    found = _find(case_id, document_id)
    if found is None:
        raise NotFound
    return found


def delete_original(document: CaseDocument) -> None:
    """Delete what was sent of a paper, if it is kept."""
    if found := _find(document.case_id, document.id):
        db.session.delete(found)
        db.session.flush()
        delete_file(found.file_id)


def digests_of(case_id: UUID) -> list[bytes]:
    """The SHA-256 of everything kept of a case as it was sent."""
    statement = select(StoredFile.sha256).join(CaseOriginal, CaseOriginal.file_id == StoredFile.id)
    return [bytes(digest) for digest in db.session.scalars(statement.where(CaseOriginal.case_id == case_id))]


def _find(case_id: UUID, document_id: UUID) -> CaseOriginal | None:
    statement = select(CaseOriginal).where(CaseOriginal.document_id == document_id, CaseOriginal.case_id == case_id)
    return db.session.execute(statement).scalar_one_or_none()
