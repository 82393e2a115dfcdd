"""Public copies of pictures go with the work that was taken back or down. On the worker plane."""

from sqlalchemy import func, select

from app.modules.events.kinds.works.models import Work
from app.modules.events.kinds.works.pictures import drop_pictures
from app.modules.events.kinds.works.states import State
from tenants.database import db

AT_ONCE = 100


def sweep() -> int:
    """Remove public pictures of works that are not shown any more; of how many works."""
    left = select(Work).where(Work.state != State.ACCEPTED, func.cardinality(Work.shown_file_ids) > 0)
    works = db.session.scalars(left.order_by(Work.id).limit(AT_ONCE).with_for_update(skip_locked=True)).all()
    for work in works:
        drop_pictures(work.shown_file_ids)
        work.shown_file_ids = []
    db.session.flush()
    return len(works)
