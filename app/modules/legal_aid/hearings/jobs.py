"""Reminders of hearings, and what becomes of them when their case is over."""

from datetime import timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.jobs import job, periodic
from app.modules.legal_aid.hearings.ending import DROP_ALL, drop_ahead
from app.modules.legal_aid.hearings.reminding import remind


@periodic("legal_aid.remind_of_hearings", title=_("Remind of hearings"), every=timedelta(minutes=15))
def remind_of_hearings() -> None:
    remind()


@job(DROP_ALL, title=_("Drop the hearings of a case that is over"))
def drop(case_id: str) -> None:
    drop_ahead(UUID(case_id))
