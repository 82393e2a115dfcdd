"""Reads of hand-overs and offers."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select

from app.casework.handover.models import OPEN_WAYS, CaseHandover, CaseOffer, CaseOrigin, Way
from app.casework.models import OfACase
from app.casework.sealing import seal_text, unseal_texts
from app.core.modules import Text
from tenants.context import Actor
from tenants.database import db

MOST = 100


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer with its reason in clear."""

    offer: CaseOffer
    reason: str


def find_under_way(case_id: UUID) -> CaseHandover | None:
    """The hand-over of a case that is under way, as committed now."""
    statement = select(CaseHandover).where(
        CaseHandover.case_id == case_id, CaseHandover.state.in_((*OPEN_WAYS, Way.LEAVING))
    )
    return db.session.scalar(statement.execution_options(populate_existing=True))


def list_handovers(case_id: UUID) -> list[CaseHandover]:
    """All of a case, the newest first."""
    statement = select(CaseHandover).where(CaseHandover.case_id == case_id).order_by(CaseHandover.id.desc())
    return list(db.session.scalars(statement))


def find_origin(case_id: UUID) -> CaseOrigin | None:
    return db.session.scalar(select(CaseOrigin).where(CaseOrigin.case_id == case_id))


def list_left_behind(case_id: UUID) -> list[Text]:
    """What there is of a case that stays here when it is handed over, each once."""
    staying = [model for model in OfACase.__subclasses__() if model.stays]
    there = db.session.execute(select(*(exists().where(model.case_id == case_id) for model in staying))).one()
    return list(
        {str(model.stays): model.stays for model, is_there in zip(staying, there, strict=True) if is_there}.values()
    )


def list_offers(actor: Actor, module: str) -> list[OfferLine]:
    """What other zones offer, but for the actor's own; the urgent first, then what is due first."""
    statement = _waiting(actor, module).order_by(CaseOffer.is_urgent.desc(), CaseOffer.due_at, CaseOffer.id)
    offers = list(db.session.scalars(statement.limit(MOST)))
    reasons = unseal_texts(CaseOffer.__tablename__, "reason_cipher", [(one.id, one.reason_cipher) for one in offers])
    return [OfferLine(offer, reason) for offer, reason in zip(offers, reasons, strict=True)]


def count_offers(actor: Actor, module: str) -> int:
    waiting = _waiting(actor, module).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def _waiting(actor: Actor, module: str):
    return select(CaseOffer).where(
        CaseOffer.module == module, CaseOffer.state == "offered", CaseOffer.member_id.is_distinct_from(actor.member_id)
    )


def seal_reason(handover_id: UUID, reason: str) -> bytes:
    return seal_text(CaseHandover.__tablename__, "reason_cipher", handover_id, reason)


def reason_of(handover: CaseHandover) -> str:
    return unseal_texts(CaseHandover.__tablename__, "reason_cipher", [(handover.id, handover.reason_cipher)])[0]
