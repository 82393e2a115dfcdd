"""What a quiz refuses to a member."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class NoTriesToday(Conflict):
    """The member had all the tries of this day of China time."""

    code = "events-quiz-no-tries-today"
    message = _("You have had all your tries for today.")


class NoTriesLeft(Conflict):
    """The member had all the tries there are."""

    code = "events-quiz-no-tries-left"
    message = _("You have had all your tries.")
