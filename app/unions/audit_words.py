"""What the audit trail calls deeds on the tree of unions."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "unions.create": _("Added a union"),
    "unions.import": _("Imported a list of unions"),
}
