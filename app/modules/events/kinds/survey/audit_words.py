"""What the audit trail calls what is done with surveys."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "events.survey_count": _("Added up the answers of a survey"),
    "events.survey_export": _("Exported the results of a survey"),
    "events.survey_export_sheets": _("Exported the answers of a survey by name"),
}
