"""What the audit trail calls what is done with works."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing

ACTIONS = {
    "events.works_send": _("Sent a work"),
    "events.works_withdraw": _("Withdrew a work"),
    "events.works_accept": _("Accepted a work"),
    "events.works_refuse": _("Refused a work"),
    "events.works_take_down": _("Took a work down"),
    "events.works_rank": _("Ranked works"),
    "events.works_appoint": _("Appointed a judge of works"),
    "events.works_dismiss": _("Dismissed a judge of works"),
    "events.works_recuse": _("Recused themselves from a work"),
    "events.works_score": _("Scored a work"),
    "events.works_correct": _("Corrected a score of a work"),
    "events.works_export": _("Took out the list of works"),
}
THINGS = {"events_work": Thing(_("Work"))}
