"""Proposals in words."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text

PROPOSALS: dict[str, Text] = {
    "submitted": _("Waits for approval"),
    "approved": _("Approved"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}
