"""What the audit trail calls deeds on applications for help, on low-income lines and on mutual aid."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app.casework.audit_words import actions_of
from app.core.audit import AuditEntry
from app.core.audit_things import Thing, detail
from app.modules.help.cases import CASEWORK
from tenants.context import Plane

ACTIONS = actions_of(CASEWORK) | {
    "help.establish_means": _("Established the figures of a household"),
    "help.note_standard": _("Noted a low-income line"),
    "help.withdraw_standard": _("Withdrew a low-income line"),
    "help.set_up_plan": _("Set up a mutual-aid plan"),
    "help.delete_plan": _("Deleted a mutual-aid plan"),
    "help.open_window": _("Opened an enrolment window"),
    "help.remove_window": _("Removed an enrolment window"),
    "help.enrol": _("Enrolled members in a mutual-aid plan"),
}


def _standards(entries: list[AuditEntry]) -> dict[str, str]:
    """Region and day, as the entries themselves say them: what was withdrawn has no row any more."""
    return {
        entry.object_id: f"{entry.detail['region'] or gettext('The whole city')}, {entry.detail['effective_from']}"
        for entry in entries
    }


THINGS = {
    "help_standard": Thing(_("Low-income line"), _standards, planes=frozenset({Plane.CITY})),
    "help_plan": Thing(_("Mutual-aid plan"), detail("title")),
}
