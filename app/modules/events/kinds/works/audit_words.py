"""What the audit trail calls what is done with works."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing

ACTIONS = {
    "events.works_send": _("Sent a work"),
    "events.works_withdraw": _("Withdrew a work"),
    "events.works_accept": _("Accepted a work"),
    "events.works_refuse": _("Refused a work"),
    "events.works_take_down": _("Took a work down"),
    "events.works_rank": _("Ranked works"),
}
THINGS = {"events_work": Thing(_("Work"))}
