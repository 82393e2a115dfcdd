"""What the audit trail calls deeds on applications for help."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.casework.audit_words import actions_of
from app.core.audit import AuditEntry
from app.core.audit_things import Thing
from app.modules.help.cases import CASEWORK
from tenants.context import Plane

ACTIONS = actions_of(CASEWORK) | {
    "help.note_standard": _("Noted a low-income line"),
    "help.withdraw_standard": _("Withdrew a low-income line"),
}


def _standards(entries: list[AuditEntry]) -> dict[str, str]:
    """Region and day, as the entries themselves say them: what was withdrawn has no row any more."""
    return {
        entry.object_id: f"{entry.detail['region'] or gettext('The whole city')}, {entry.detail['effective_from']}"
        for entry in entries
    }


THINGS = {"help_standard": Thing(_("Low-income line"), _standards, planes=frozenset({Plane.CITY}))}
