"""What the audit trail calls deeds of legal aid."""

from flask_babel import lazy_gettext as _

from app.casework.audit_words import actions_of
from app.core.audit_things import Thing, column
from app.modules.legal_aid import rights
from app.modules.legal_aid.cases import CASEWORK
from app.modules.legal_aid.fees.claiming import DRAFT, READ_RECEIPT
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
    f"legal_aid.{DRAFT}": _("Wrote on a fee claim"),
    f"legal_aid.{READ_RECEIPT}": _("Looked at a receipt of a lawyer’s travel costs"),
    "legal_aid.export_fees": _("Exported the statement of lawyers’ fees"),
    "legal_aid.note_fee_standard": _("Noted a fee standard"),
    "legal_aid.withdraw_fee_standard": _("Withdrew a fee standard"),
    "legal_aid.make_feed": _("Made an address for a calendar"),
    "legal_aid.revoke_feed": _("Voided an address for a calendar"),
}
THINGS = {
    "legal_aid_fee_standard": Thing(_("Fee standard")),
    "legal_aid_feed": Thing(_("Calendar address")),
    "legal_aid_lawyer": Thing(_("Lawyer"), column(Lawyer.name), permission=rights.MANAGE),
}
