"""Budgets and the ledger in words."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text

TRANSACTIONS: dict[str, Text] = {
    "appropriate": _("Put into the budget"),
    "withdraw": _("Taken out of the budget"),
    "issue": _("Issued to members"),
    "hold": _("Kept for a purchase"),
    "release": _("Let go again"),
    "spend": _("Spent by members"),
    "refund": _("Given back for a purchase"),
    "expire": _("Expired, back in the budget"),
    "reclaim": _("Reclaimed, back in the budget"),
    "promise": _("Promised as prizes"),
    "award": _("Won by members"),
    "recall": _("Taken back from winners"),
    "discharge": _("Promised and not won, back in the budget"),
}
MOVEMENTS: dict[str, Text] = {
    "issue": _("Given to you by the union"),
    "hold": _("Kept for a purchase"),
    "release": _("Let go again"),
    "spend": _("Spent"),
    "refund": _("Given back for a purchase"),
    "expire": _("Expired, back with the union"),
    "reclaim": _("Taken back by the union"),
    "award": _("Won"),
    "recall": _("Taken back by the union"),
}
"""What happens to a member's own beans, as they read it."""
ACCOUNTS: dict[str, Text] = {
    "funding": _("Appropriated"),
    "budget": _("To issue"),
    "promised": _("Promised as prizes"),
    "member": _("With members, free"),
    "held": _("With members, kept for purchases"),
    "spent": _("Spent"),
}
FAULTS: dict[str, Text] = {
    "balances that are not the sum of their entries": _("Balances that are not the sum of their entries"),
    "balances on the wrong side of zero": _("Balances on the wrong side of zero"),
    "budgets that do not come to zero": _("Budgets that do not come to zero"),
    "transactions that do not come to zero": _("Transactions that do not come to zero"),
    "transactions without entries": _("Transactions without entries"),
    "members whose holds are not what is held": _("Members whose holds are not what is held"),
}
"""The rules of `checking.faults`."""
