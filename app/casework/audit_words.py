"""What the audit trail calls the deeds of casework."""

from flask_babel import lazy_gettext as _

from app.core.audit import AuditEntry
from app.core.audit_things import Thing
from app.core.modules import Text
from tenants.context import Plane

ACTIONS: dict[str, Text] = {
    "calendar.note": _("Noted the days off of a year"),
    "calendar.withdraw": _("Withdrew what was noted of a year"),
}


def _years(entries: list[AuditEntry]) -> dict[str, str]:
    return {entry.object_id: entry.object_id for entry in entries}


THINGS = {"calendar_year": Thing(_("Working-day calendar"), _years, planes=frozenset({Plane.CITY}))}
