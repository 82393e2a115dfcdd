"""Hearings still ahead when their case is over: the union goes there no more, and no page or calendar shows them as to come."""

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.casework.models import Case, CaseEvent
from app.casework.queries import lock_case
from app.casework.states import Phase
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.i18n import moment
from app.core.outbox import emit
from app.modules.legal_aid.hearings.models import Hearing
from tenants.context import SYSTEM
from tenants.database import db

DROP = "drop_hearing"
DROP_ALL = "legal_aid.drop_hearings"


def order_dropping(case: Case, event: CaseEvent) -> None:
    """Have them dropped with the case, whoever ends it: a member may not write hearings."""
    if Phase(case.phase).is_over:
        emit(DROP_ALL, dedupe_key=f"{DROP_ALL}:{event.id}", payload={"case_id": str(case.id)})


def drop_ahead(case_id: UUID) -> None:
    """Drop what is ahead of a case that is over, and write it into the history; on the worker plane."""
    case = lock_case(case_id)
    if not Phase(case.phase).is_over:
        return
    ahead = select(Hearing).where(Hearing.case_id == case.id, Hearing.cancelled_at.is_(None), Hearing.starts_at > now())
    for hearing in db.session.scalars(ahead.order_by(Hearing.starts_at).with_for_update()).all():
        hearing.cancelled_at = now()
        hearing.version += 1
        note = _(
            "%(moment)s: ask the commission or the court whether it takes place.", moment=moment(hearing.starts_at)
        )
        add_event(SYSTEM, case, DROP, note, is_shown=True)
        record(case, DROP, hearing=str(hearing.id))
