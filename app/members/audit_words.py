"""What the audit trail calls deeds on members’ data."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.core.audit_things import Thing, column
from app.core.identifiers import mask_name
from app.members.audience.models import AudienceList
from app.members.models import Member
from app.members.roster.models import ImportBatch
from tenants.database import db

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
    "members.tag": _("Gave a member a tag"),
    "members.untag": _("Took a tag from a member"),
    "members.upload_list": _("Uploaded a list of members"),
    "members.empty_list": _("Emptied a list of members that was over"),
    "members.freeze_audience": _("Froze a list of members"),
}


def _masked_names(entries: list[AuditEntry]) -> dict[str, str]:
    """The entry’s person, masked: the trail is no list of members."""
    about = {entry.object_id: entry.subject_member_id for entry in entries if entry.subject_member_id}
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(set(about.values()))))
    names = {row.id: mask_name(row.name) for row in rows}
    return {object_id: names[member_id] for object_id, member_id in about.items() if member_id in names}


THINGS = {
    "member": Thing(_("Member"), _masked_names, permission="members.view"),
    "members": Thing(_("Members")),
    "correction": Thing(_("Request for correction"), _masked_names, permission="members.view"),
    "audience_list": Thing(_("List of members"), column(AudienceList.title), permission="members.import"),
    "import": Thing(_("Roster"), column(ImportBatch.filename), permission="members.import"),
}
