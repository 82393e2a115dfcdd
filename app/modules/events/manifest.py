"""What the module is to the platform."""

from flask_babel import lazy_gettext as _

from app.core.modules import Entry, Figure, Module, Permission, PersonalData
from app.modules.events.kinds import KINDS

MODULE = Module(
    slug="events",
    title=_("Events"),
    summary=_("Campaigns for members: first come or by draw, with prizes, open to all or to those chosen."),
    version="1.0",
    icon="calendar",
    permissions=(
        Permission("events.manage", _("Prepare and announce campaigns"), roles=("zone_admin", "editor")),
        Permission("events.review", _("Review campaigns that others wrote"), roles=("zone_admin", "approver")),
    ),
    tab=Entry(_("Events"), "events.index", "calendar", order=40),
    entries=(Entry(_("Events"), "events.index", "calendar"),),
    menu=(
        Entry(_("Campaigns"), "console_events.index", "calendar", permission="events.manage",
              badge="app.modules.events.queries:count_to_review"),
    ),
    figures=(
        Figure("events.running", _("Campaigns that are open"), "app.modules.events.queries:count_running",
               permission="events.manage", endpoint="console_events.index"),
    ),
    personal_data=(
        PersonalData("events_entries", export=("campaign_id", "entered_at")),
        *(each for kind in KINDS.values() for each in kind.personal_data),
    ),
)  # fmt: skip
