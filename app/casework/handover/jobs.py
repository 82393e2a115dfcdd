"""The worker's part in handing cases over."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.casework.handover import carrying
from app.casework.handover.desks import publish_desk
from app.casework.handover.proposing import OFFER, RECALL, remind_or_lapse
from app.casework.handover.receiving import BRING, TELL_DECLINED
from app.core.jobs import Lane, job, periodic


@periodic("casework.publish_desk", title=_("Tell other zones which cases are taken here"), every=timedelta(minutes=15))
def publish() -> None:
    publish_desk()


@periodic(
    "casework.remind_handovers",
    title=_("Remind members of hand-overs they have not answered"),
    every=timedelta(hours=6),
)
def remind() -> None:
    remind_or_lapse()


@job(OFFER, title=_("Offer a case to another zone"))
def offer(handover_id: str) -> None:
    carrying.offer_in_steps(UUID(handover_id))


@job(RECALL, title=_("Take back the offer of a case"), even_closed=True)
def recall(handover_id: str) -> None:
    carrying.recall_in_steps(UUID(handover_id))


@job(TELL_DECLINED, title=_("Tell another zone that its case was declined"), even_closed=True)
def tell_declined(offer_id: str, from_zone_id: str) -> None:
    carrying.tell_declined_in_steps(UUID(offer_id), UUID(from_zone_id))


@job(BRING, title=_("Bring a case over from another zone"), lane=Lane.LONG)
def bring(offer_id: str, from_zone_id: str) -> None:
    carrying.bring_in_steps(UUID(offer_id), UUID(from_zone_id))
