"""What campaign weeks refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class WeekMovedOn(Conflict):
    """The week stands where this can't be done."""

    code = "events-week-moved-on"
    message = _("This campaign week has moved on; this can’t be done any more.")
