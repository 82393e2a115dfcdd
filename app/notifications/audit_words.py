"""What the audit trail calls deeds on broadcasts."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "broadcasts.compose": _("Wrote a broadcast"),
    "broadcasts.send": _("Sent a broadcast"),
    "broadcasts.cancel": _("Called a broadcast off"),
}
