"""What the audit trail calls deeds on benefits."""

from flask_babel import lazy_gettext as _

from app.benefits.beans.models import BeanBudget, BeanCatalogue, BeanIssue
from app.benefits.vouchers.models import VoucherBatch, VoucherShop
from app.core.audit_things import Thing, column, detail
from tenants.context import Plane

ACTIONS = {
    "beans.draft_issue": _("Began an issue of beans"),
    "beans.change_issue": _("Changed an issue of beans"),
    "beans.export_issue": _("Exported the members of an issue of beans"),
    "beans.propose_reclaim": _("Proposed to take beans of an issue back"),
    "beans.approve_reclaim": _("Approved taking beans of an issue back"),
    "beans.refuse_reclaim": _("Refused taking beans of an issue back"),
    "beans.withdraw_reclaim": _("Withdrew a proposal to take beans back"),
    "beans.finish_reclaim": _("Took beans of an issue back"),
    "beans.submit_issue": _("Submitted an issue of beans"),
    "beans.return_issue": _("Returned an issue of beans"),
    "beans.approve_issue": _("Approved an issue of beans"),
    "beans.refuse_issue": _("Refused an issue of beans"),
    "beans.withdraw_issue": _("Withdrew an issue of beans"),
    "beans.finish_issue": _("Wrote an issue of beans to the ledger"),
    "beans.set_up_budget": _("Set up a budget of beans"),
    "beans.propose_appropriation": _("Proposed to put beans into a budget or take them out"),
    "beans.approve_appropriation": _("Approved what was to be put into a budget or taken out"),
    "beans.refuse_appropriation": _("Refused what was to be put into a budget or taken out"),
    "beans.withdraw_appropriation": _("Withdrew what was to be put into a budget or taken out"),
    "beans.propose_catalogue": _("Proposed what a catalogue shall hold"),
    "beans.approve_catalogue": _("Approved what a catalogue shall hold"),
    "beans.refuse_catalogue": _("Refused what a catalogue shall hold"),
    "beans.withdraw_catalogue": _("Withdrew what a catalogue should hold"),
    "benefits.propose_rule": _("Proposed a spending rule"),
    "benefits.approve_rule": _("Put a spending rule in force"),
    "benefits.refuse_rule": _("Did not agree to a spending rule"),
    "benefits.withdraw_rule": _("Withdrew a spending rule"),
    "benefits.propose_end": _("Proposed the end of a spending rule"),
    "benefits.approve_end": _("Agreed to the end of a spending rule"),
    "benefits.refuse_end": _("Did not agree to the end of a spending rule"),
    "vouchers.draft_batch": _("Began a batch of vouchers"),
    "vouchers.set_codes": _("Uploaded the codes of a batch of vouchers"),
    "vouchers.submit_batch": _("Submitted a batch of vouchers"),
    "vouchers.return_batch": _("Returned a batch of vouchers"),
    "vouchers.approve_batch": _("Approved a batch of vouchers"),
    "vouchers.refuse_batch": _("Refused a batch of vouchers"),
    "vouchers.withdraw_batch": _("Withdrew a batch of vouchers"),
    "vouchers.close_batch": _("Closed a batch of vouchers"),
    "vouchers.order": _("Ordered vouchers to be given"),
    "vouchers.lock": _("Had a voucher kept at a shop"),
    "vouchers.release": _("Had a voucher kept no more"),
    "vouchers.open_shop": _("Noted a shop"),
    "vouchers.add_clerk": _("Made somebody a clerk of a shop"),
    "vouchers.end_clerk": _("Ended a clerk of a shop"),
    "vouchers.give": _("Gave vouchers"),
    "vouchers.redeem": _("Redeemed a voucher"),
    "vouchers.reverse": _("Took a redemption back"),
}
THINGS = {
    "bean_budget": Thing(_("Budget of beans"), column(BeanBudget.title)),
    "bean_catalogue": Thing(_("Catalogue"), column(BeanCatalogue.title)),
    "policy_rule": Thing(_("Spending rule"), detail("source"), frozenset({Plane.CITY, Plane.STAFF})),
    "bean_issue": Thing(_("Issue of beans"), column(BeanIssue.title)),
    "voucher_batch": Thing(_("Batch of vouchers"), column(VoucherBatch.title)),
    "voucher": Thing(_("Voucher")),
    "voucher_shop": Thing(_("Shop"), column(VoucherShop.name)),
}
