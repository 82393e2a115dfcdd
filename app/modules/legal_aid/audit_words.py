"""What the audit trail calls deeds of legal aid."""

from flask_babel import lazy_gettext as _

from app.casework.audit_words import actions_of
from app.core.audit_things import Thing, column
from app.modules.legal_aid import rights
from app.modules.legal_aid.cases import CASEWORK
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.reading import SHOW_PARTIES

ACTIONS = actions_of(CASEWORK) | {
    f"legal_aid.{SHOW_PARTIES}": _("Showed a lawyer the parties of a case"),
    "legal_aid.add_lawyer": _("Put a lawyer on the panel"),
    "legal_aid.change_lawyer": _("Changed what is noted of a lawyer"),
    "legal_aid.invite_lawyer": _("Invited a lawyer"),
    "legal_aid.end_lawyer": _("Took a lawyer off the panel"),
    "legal_aid.add_client": _("Noted whom a lawyer acts for"),
    "legal_aid.remove_client": _("Took back whom a lawyer acts for"),
    "legal_aid.make_feed": _("Made an address for a calendar"),
    "legal_aid.revoke_feed": _("Voided an address for a calendar"),
}
THINGS = {
    "legal_aid_feed": Thing(_("Calendar address")),
    "legal_aid_lawyer": Thing(_("Lawyer"), column(Lawyer.name), permission=rights.MANAGE),
}
