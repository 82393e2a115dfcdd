"""What the desk does with a case that another zone offers: accept it, or decline it for a reason. The worker does the rest."""

from uuid import UUID

from sqlalchemy import select

from app.casework.handover.deeds import ACCEPT, DECLINE
from app.casework.handover.errors import OfferAnswered
from app.casework.handover.models import CaseOffer
from app.casework.kinds import find_kind
from app.casework.models import Case
from app.casework.sealing import seal_text
from app.core import audit
from app.core.errors import NotFound
from app.core.outbox import emit
from tenants.context import Actor, current_zone
from tenants.database import db

BRING = "casework.bring_handover"
TELL_DECLINED = "casework.tell_declined_handover"


def accept_offer(actor: Actor, offer_id: UUID, module: str) -> None:
    """Take a case on; it is here once the worker has brought it. Sent twice it is accepted once.

    Raises `OfferAnswered`, `NotFound`.
    """
    _answer(actor, offer_id, module, "accepted", "")


def decline_offer(actor: Actor, offer_id: UUID, module: str, reason: str) -> None:
    """Leave a case where it is, for a reason that its member and its handler read. Raises as `accept_offer`."""
    _answer(actor, offer_id, module, "declined", reason)


def _answer(actor: Actor, offer_id: UUID, module: str, state: str, reason: str) -> None:
    statement = select(CaseOffer).where(CaseOffer.id == offer_id, CaseOffer.module == module)
    offer = db.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if offer is None and state == "accepted" and db.session.get(Case, (current_zone().id, offer_id)) is not None:
        return
    if offer is None:
        raise OfferAnswered
    if not actor.may(find_kind(offer.kind).review) or actor.member_id == offer.member_id:
        raise NotFound
    if (offer.state, offer.answered_by) == (state, actor.account_id):
        return
    if offer.state != "offered":
        raise OfferAnswered
    offer.state, offer.answered_by = state, actor.account_id
    if reason:
        offer.answer_cipher = seal_text(CaseOffer.__tablename__, "answer_cipher", offer.id, reason)
    deed, job = (ACCEPT, BRING) if state == "accepted" else (DECLINE, TELL_DECLINED)
    emit(job, dedupe_key=f"{job}:{offer.id}",
         payload={"offer_id": str(offer.id), "from_zone_id": str(offer.from_zone_id)})  # fmt: skip
    # Under the id that the case has here once it has come: so the trail keeps it from whom the case is kept from.
    audit.record(f"{offer.module}.{deed}", object_type="case", object_id=offer.id, subject_member_id=offer.member_id)
