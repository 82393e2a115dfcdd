"""Reads of who has a part in a case, and of why it was opened."""

from uuid import UUID

from sqlalchemy import select

from app.casework.access.models import CaseOpening, CaseParticipant
from app.casework.sealing import unseal_texts
from app.core.clock import today_in_china
from tenants.database import db


def list_participants(case_id: UUID) -> list[CaseParticipant]:
    """Who helps with a case today, in the order they were named."""
    statement = select(CaseParticipant).where(
        CaseParticipant.case_id == case_id, CaseParticipant.until >= today_in_china()
    )
    return list(db.session.execute(statement.order_by(CaseParticipant.id)).scalars())


def find_participant(case_id: UUID, account_id: UUID) -> CaseParticipant | None:
    """Who was named to help, also if their day has passed."""
    statement = select(CaseParticipant).where(
        CaseParticipant.case_id == case_id, CaseParticipant.account_id == account_id
    )
    return db.session.execute(statement).scalar_one_or_none()


def stated_reasons(case_id: UUID) -> dict[str, str]:
    """Why a case was opened, by the opening's id as the audit trail names it."""
    statement = select(CaseOpening.id, CaseOpening.reason_cipher).where(CaseOpening.case_id == case_id)
    rows = [(row.id, row.reason_cipher) for row in db.session.execute(statement)]
    texts = unseal_texts(CaseOpening.__tablename__, "reason_cipher", rows)
    return {str(opening): text for (opening, _), text in zip(rows, texts, strict=True)}
