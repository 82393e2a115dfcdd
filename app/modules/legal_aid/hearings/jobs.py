"""Reminders of hearings."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import periodic
from app.modules.legal_aid.hearings.reminding import remind


@periodic("legal_aid.remind_of_hearings", title=_("Remind of hearings"), every=timedelta(minutes=15))
def remind_of_hearings() -> None:
    remind()
