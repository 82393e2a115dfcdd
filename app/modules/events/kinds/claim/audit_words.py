"""What the audit trail calls what is done in claims."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "events.claim_wait": _("Joined the waiting list of a giveaway"),
    "events.claim_leave": _("Left the waiting list of a giveaway"),
    "events.claim_give_back": _("Gave a voucher of a giveaway back"),
    "events.claim_export_line": _("Took out the waiting list of a giveaway"),
    "events.claim_waiting_over": _("Ended the waiting list of a giveaway"),
}
