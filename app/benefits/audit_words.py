"""What the audit trail calls deeds on benefits."""

from flask_babel import lazy_gettext as _

from app.benefits.beans.models import BeanIssue
from app.core.audit_things import Thing, column

ACTIONS = {
    "beans.draft_issue": _("Began an issue of beans"),
    "beans.submit_issue": _("Submitted an issue of beans"),
    "beans.return_issue": _("Returned an issue of beans"),
    "beans.approve_issue": _("Approved an issue of beans"),
    "beans.refuse_issue": _("Refused an issue of beans"),
    "beans.withdraw_issue": _("Withdrew an issue of beans"),
    "beans.finish_issue": _("Wrote an issue of beans to the ledger"),
}
THINGS = {"bean_issue": Thing(_("Issue of beans"), column(BeanIssue.title))}
