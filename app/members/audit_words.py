"""What the audit trail calls deeds on members’ data."""

from flask_babel import lazy_gettext as _

ACTIONS = {
    "members.add": _("Added a member"),
    "members.transfer": _("Transferred a membership"),
    "members.end_membership": _("Ended a membership"),
    "members.reveal": _("Looked at masked data of a member"),
    "members.export": _("Took a copy of their own data"),
    "members.export_list": _("Exported members"),
    "members.upload_roster": _("Uploaded a roster"),
    "members.request_import": _("Had a roster imported"),
    "members.import": _("Imported a roster"),
    "members.resume_import": _("Had an import gone on with"),
    "members.close_import": _("Closed an import that stood still"),
    "members.discard_roster": _("Discarded a roster"),
    "members.request_undo_import": _("Had an import undone"),
    "members.undo_import": _("Undid an import"),
    "members.request_correction": _("Asked for a correction"),
    "members.answer_correction": _("Answered a request for correction"),
}
