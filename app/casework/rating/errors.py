"""What the rules of ratings refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class StillOpen(Conflict):
    """Only what is over is rated."""

    code = "case-still-open"
    message = _("It can be rated once it is over.")


class RatedForGood(Conflict):
    """The days in which a rating may be changed are over."""

    code = "case-rated-for-good"
    message = _("You rated this more than seven days ago, so it can't be changed any more.")
