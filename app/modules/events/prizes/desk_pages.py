"""Who won what, for staff: also what could not be given, and why."""

from typing import IO
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.audit import record
from app.core.clock import CHINA
from app.core.downloads import in_file, workbook
from app.core.forms import number_asked
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.models import Campaign
from app.modules.events.prizes.queries import list_winners
from app.modules.events.prizes.redrawing import may_redraw
from app.modules.events.prizes.words import outcome_words
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "prizes", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", enable_openapi=False
)
PAGE = 100


@blueprint.get("/<uuid:campaign_id>/winners")
@requires(MANAGE)
def winners(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    rows = list(list_winners(campaign_id, number_asked("after"), PAGE + 1))
    next_href = url_for(".winners", campaign_id=campaign_id, after=rows[PAGE - 1].place) if len(rows) > PAGE else ""
    return render("events/desk/winners.html", campaign=campaign, winners=rows[:PAGE], outcome_words=outcome_words, crumbs=crumbs(campaign, _("Winners")),
                  may_redraw=may_redraw(campaign),
                  next_href=next_href)  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/winners.xlsx")
@requires(MANAGE)
def as_workbook(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    target, number = in_file(lambda target: _write(target, campaign))
    record("events.export_winners", object_type="events_campaign", object_id=campaign_id, rows=number)
    return workbook(target, f"{campaign.title}-{_('Winners')}", "winners")


def _write(target: IO[bytes], campaign: Campaign) -> int:
    headers = [
        _("Place in the order"),
        _("Prize"),
        _("What is given"),
        _("Name"),
        _("Union"),
        _("What became of it"),
        _("Time"),
    ]
    rows = (
        (each.place, each.prize, each.piece, each.name, each.union_name, outcome_words(each),
         each.won_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))
        for each in list_winners(campaign.id)
    )  # fmt: skip
    widths = {headers[1]: 24.0, headers[2]: 24.0, headers[4]: 36.0, headers[5]: 36.0, headers[6]: 18.0}
    return write_sheet(target, headers, rows, widths=widths, title=_("Winners"))
