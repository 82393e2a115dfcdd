"""Taking lines off a notice: at once where the grant does not stand any more, and all of them when its days are over."""

from sqlalchemy import delete, select

from app.casework.models import Case, CaseEvent
from app.casework.public_notice.models import Listing, Notice, NoticeLine
from app.core import audit
from app.core.clock import now, today_in_china
from tenants.database import db


def take_off(case: Case, _event: CaseEvent) -> None:
    """Take a case off its notice whose grant does not stand as it was listed."""
    if case.closed_at is not None and case.amount_granted_cents is not None:
        return
    live = select(Listing).where(Listing.case_id == case.id, Listing.taken_off_at.is_(None))
    listing = db.session.execute(live).scalar_one_or_none()
    if listing is not None:
        db.session.execute(delete(NoticeLine).where(NoticeLine.id == listing.id))
        listing.taken_off_at = now()


def take_down_due() -> int:
    """Erase the names of the zone's notices that are shown no more; returns of how many notices."""
    over = select(Notice).where(Notice.shown_until < today_in_china(), Notice.taken_down_at.is_(None))
    notices = db.session.execute(over.with_for_update(skip_locked=True)).scalars().all()
    for notice in notices:
        db.session.execute(delete(NoticeLine).where(NoticeLine.notice_id == notice.id))
        notice.taken_down_at = now()
        audit.record(f"{notice.module}.take_down_notice", object_type="case_public_notice", object_id=notice.id)
    return len(notices)
