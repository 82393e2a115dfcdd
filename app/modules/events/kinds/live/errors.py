"""What live streams refuse."""

from flask_babel import lazy_gettext as _

from app.core.errors import Conflict


class BeginsSoon(Conflict):
    """The reminders of a stream go out once, ten minutes before it."""

    code = "events-live-begins-soon"
    message = _("It begins within ten minutes: no more reminders are sent.")
