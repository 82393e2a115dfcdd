"""What stored values are called on the pages."""

from flask_babel import lazy_gettext as _

GENDERS = {"male": _("Men"), "female": _("Women")}
CHANNELS = {"inbox": _("Inbox"), "sms": _("SMS"), "email": _("E-mail")}
STATES = {
    "draft": ("neutral", _("Draft")),
    "sending": ("info", _("Being sent")),
    "sent": ("success", _("Has been sent")),
    "cancelled": ("warning", _("Called off")),
    "failed": ("danger", _("Failed")),
}
RESULTS = {
    "queued": _("Waiting"),
    "sending": _("Being sent"),
    "accepted": _("Accepted by the provider"),
    "refused": _("Refused by the provider"),
    "unreachable": _("No address"),
    "dead": _("Given up after many attempts"),
    "cancelled": _("Called off"),
}
CODES = {
    "unknown_number": _("The number does not exist"),
    "invalid_number": _("Not a mobile number"),
    "blocked": _("Blocked by the receiver"),
    "unknown_address": _("The address does not exist"),
    "invalid_address": _("Not an e-mail address"),
    "no_address": _("No number is on record"),
}
