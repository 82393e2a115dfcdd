"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.casework import deadlines, lapsing
from app.casework.issuing import jobs as _letters  # noqa: F401 - registers its job
from app.core.jobs import periodic
from tenants.context import current_actor


@periodic("casework.watch", title=_("Watch promised answers"), every=timedelta(minutes=15))
def watch() -> None:
    deadlines.watch(current_actor())


@periodic("casework.lapse", title=_("Close what was answered"), every=timedelta(hours=1))
def lapse() -> None:
    lapsing.lapse(current_actor())
