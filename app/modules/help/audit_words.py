"""What the audit trail calls deeds on applications for help."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, detail

ACTIONS = {
    "help.read": _("Read an application for help"),
    "help.reveal": _("Looked at masked data of an application"),
    "help.read_paper": _("Opened a paper of an application"),
    "help.discard": _("Discarded a draft application"),
    "help.export": _("Exported applications for help"),
    "help.submit": _("Submitted an application for help"),
    "help.take": _("Took an application into review"),
    "help.take_over": _("Took an application over"),
    "help.recommend": _("Recommended on an application"),
    "help.return": _("Returned an application for completion"),
    "help.send_back": _("Sent an application back to review"),
    "help.approve": _("Approved an application for help"),
    "help.refuse": _("Refused an application for help"),
    "help.withdraw": _("Withdrew an application for help"),
}
THINGS = {"help_application": Thing(_("Application for help"), detail("number"), permission="help.review")}
