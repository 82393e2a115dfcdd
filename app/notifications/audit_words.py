"""What the audit trail calls deeds on broadcasts."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.notifications.models import Broadcast

ACTIONS = {
    "broadcasts.compose": _("Wrote a broadcast"),
    "broadcasts.send": _("Sent a broadcast"),
    "broadcasts.cancel": _("Called a broadcast off"),
}
THINGS = {"broadcast": Thing(_("Broadcast"), column(Broadcast.title), permission="broadcasts.send")}
