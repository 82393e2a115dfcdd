"""What stored values are called on the pages."""

from flask_babel import lazy_gettext as _

CHANNELS = {"inbox": _("Inbox"), "sms": _("SMS"), "email": _("E-mail")}
STATES = {
    "draft": ("neutral", _("Draft")),
    "sending": ("info", _("Being sent")),
    "sent": ("success", _("Has been sent")),
    "cancelled": ("warning", _("Called off")),
    "failed": ("danger", _("Not everything was sent")),
}
RESULTS = {
    "queued": _("Waiting"),
    "sending": _("Being sent"),
    "accepted": _("Accepted by the provider"),
    "refused": _("Refused by the provider"),
    "unreachable": _("No address"),
    "dead": _("Given up after a day of attempts"),
    "cancelled": _("Called off"),
}
CODES = {
    "unknown_number": _("The number does not exist"),
    "invalid_number": _("Not a mobile number"),
    "blocked": _("Blocked by the receiver"),
    "unknown_address": _("The address does not exist"),
    "invalid_address": _("Not an e-mail address"),
    "no_address": _("No address is on record"),
    "bad_record": _("The number on record is damaged"),
    "interrupted": _("It may have left already"),
    "timeout": _("The provider does not answer"),
    "unreachable": _("The provider does not answer"),
    "server_error": _("The provider has a fault"),
    "too_fast": _("The provider asks us to wait"),
    "credentials": _("The provider does not accept our key"),
    "http_402": _("Our credit with the provider is used up"),
    "http_422": _("The provider can not read the message"),
}
