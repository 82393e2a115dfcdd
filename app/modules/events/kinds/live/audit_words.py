"""What the audit trail calls what is done with live streams. Views and likes are counted, not noted."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "events.live_addresses": _("Set the addresses of a live stream"),
    "events.live_remind": _("Asked to be reminded of a live stream"),
    "events.live_forget": _("Dropped the reminder of a live stream"),
}
