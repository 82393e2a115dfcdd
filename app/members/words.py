"""How the values of the member database read, in the reader's language."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

Words = Mapping[str, LazyString]

FIELDS: Words = {
    "name": _("Name"),
    "gender": _("Gender"),
    "birth_date": _("Date of birth"),
    "phone": _("Mobile number"),
    "id_kind": _("Kind of document"),
    "id_number": _("ID number"),
    "email": _("E-mail"),
    "education": _("Education"),
    "union": _("Union"),
    "member_number": _("Membership number"),
    "position": _("Position"),
    "joined_on": _("Joined on"),
    "membership": _("Membership"),
    "other": _("Something else"),
}
GENDERS: Words = {"male": _("Male"), "female": _("Female")}
ID_KINDS: Words = {
    "resident_id": _("Resident identity card"),
    "passport": _("Passport"),
    "hk_macao_permit": _("Mainland travel permit for Hong Kong and Macao residents"),
    "taiwan_permit": _("Mainland travel permit for Taiwan residents"),
    "permanent_residence": _("Foreign permanent resident identity card"),
}
OUTCOMES: Words = {
    "new": _("New"),
    "changed": _("Changed"),
    "same": _("Same"),
    "kept": _("Kept (verified)"),
    "transfer": _("Transfer needed"),
    "refused": _("Faulty"),
}
STATES: Words = {
    "uploaded": _("Being checked"),
    "unreadable": _("Unreadable"),
    "ready": _("Waiting for your decision"),
    "committing": _("Being imported"),
    "committed": _("Imported"),
    "undoing": _("Being undone"),
    "undone": _("Undone"),
    "discarded": _("Discarded"),
}
CORRECTION_STATES: Words = {"open": _("In progress"), "done": _("Done"), "declined": _("Declined")}
MEMBERSHIP_STATES: Words = {"active": _("Active"), "ended": _("Has ended")}
END_REASONS: Words = {"moved": _("Moved to another union"), "import_undone": _("The import that began it was undone")}
