"""Proposals in words."""

from flask_babel import lazy_gettext as _

from app.core.modules import Text

PROPOSALS: dict[str, Text] = {
    "submitted": _("Waits for approval"),
    "approved": _("Approved"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
}
DECIDED: dict[str, Text] = {
    "approve": _("Approved: it holds now."),
    "refuse": _("Refused: nothing is changed, and whoever proposed it reads why."),
    "withdraw": _("Withdrawn: nothing is changed."),
}
"""What came of a step, where a page has no words of its own for it."""
