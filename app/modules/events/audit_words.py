"""What the audit trail calls what is done with campaigns."""

from flask_babel import lazy_gettext as _

from app.core.audit_things import Thing, column
from app.modules.events.kinds import list_parts
from app.modules.events.models import Campaign
from app.modules.events.rights import MANAGE
from app.modules.events.weeks.models import Week

ACTIONS = {
    "events.draft": _("Drafted a campaign"),
    "events.edit": _("Changed a campaign"),
    "events.submit": _("Submitted a campaign"),
    "events.return": _("Returned a campaign"),
    "events.approve": _("Approved a campaign"),
    "events.freeze": _("Announced a campaign"),
    "events.open": _("Opened a campaign"),
    "events.close": _("Closed a campaign"),
    "events.stop": _("Closed a campaign early"),
    "events.settle": _("Settled a campaign"),
    "events.archive": _("Archived a campaign"),
    "events.enter": _("Took part in a campaign"),
    "events.commit_draw": _("Committed to a draw"),
    "events.draw": _("Drew"),
    "events.export_entries": _("Took out the list of who takes part"),
    "events.write_week": _("Wrote a campaign week"),
    "events.edit_week": _("Changed a campaign week"),
    "events.announce_week": _("Announced a campaign week"),
    "events.end_week": _("Ended a campaign week"),
    "events.redraw_propose": _("Asked to draw a prize again"),
    "events.redraw_approve": _("Agreed to draw a prize again"),
    "events.redraw_refuse": _("Refused to draw a prize again"),
    "events.redraw_withdraw": _("Withdrew a redraw"),
    "events.redraw_carry_out": _("Drew a prize again"),
    "events.export_winners": _("Took out the list of winners"),
    "events.cancel": _("Cancelled a campaign"),
}
THINGS = {
    "events_campaign": Thing(_("Campaign"), column(Campaign.title), permission=MANAGE),
    "events_week": Thing(_("Campaign week"), column(Week.title), permission=MANAGE),
}
for part in list_parts("audit_words"):
    ACTIONS |= part.ACTIONS
    THINGS |= getattr(part, "THINGS", {})
