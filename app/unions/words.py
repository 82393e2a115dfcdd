"""How the values of the organisation tree read."""

from flask_babel import lazy_gettext as _

KINDS = {
    "city": _("City federation"),
    "county": _("County federation"),
    "industry": _("Industry union"),
    "town": _("Town or street union"),
    "enterprise": _("Enterprise union"),
    "institution": _("Union of an office or institution"),
}
OUTCOMES = {"new": _("New"), "changed": _("Changed"), "same": _("Same"), "refused": _("Faulty")}
