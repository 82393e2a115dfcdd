"""What deeds on who takes part in a case are called, in its history and in the audit trail."""

from flask_babel import lazy_gettext as _

from app.casework.access.operations import DECLARE, NAME, OPEN, REMOVE
from app.core.modules import Text

EVENT_TITLES: dict[str, Text] = {
    NAME: _("Named somebody to help with a case"),
    REMOVE: _("Took a helper off a case"),
    DECLARE: _("Declared to know the people of a case"),
    OPEN: _("Opened a case for a reason"),
}
