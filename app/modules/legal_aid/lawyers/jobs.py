"""What follows an answer to an offer, what runs by the clock, and messages to lawyers."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.jobs import job, periodic
from app.modules.legal_aid.lawyers.assigning import END, NEXT, end_with_case, lapse, offer_next
from app.modules.legal_aid.lawyers.leaving import RELEASE, release
from app.modules.legal_aid.lawyers.telling import SEND, send_to_lawyer


@periodic("legal_aid.lapse_offers", title=_("End offers to lawyers that nobody answered"), every=timedelta(minutes=15))
def lapse_offers() -> None:
    lapse()


@periodic("legal_aid.end_terms", title=_("Give on the cases of lawyers whose term is over"), every=timedelta(hours=1))
def end_terms() -> None:
    release()


@job(RELEASE, title=_("Give on the cases of a lawyer who left the panel"))
def release_cases() -> None:
    release()


@job(NEXT, title=_("Offer a case to the next lawyer"))
def ask_next(case_id: str) -> None:
    offer_next(UUID(case_id))


@job(END, title=_("End a lawyer’s part in a case that is over"))
def end(case_id: str) -> None:
    end_with_case(UUID(case_id))


@job(SEND, title=_("Tell a lawyer that there is news"))
def tell(lawyer_id: str, key: str) -> None:
    send_to_lawyer(UUID(lawyer_id), key)
