"""What the audit trail calls the deeds of background work."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "jobs.cancel": _("Called off background work"),
    "jobs.retry": _("Had background work tried again"),
    "jobs.discard": _("Let background work go"),
}
