"""Who waits for a voucher of a giveaway, for staff: a list, and an Excel file."""

from typing import IO
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.audit import record
from app.core.clock import CHINA
from app.core.downloads import in_file, workbook
from app.core.errors import NotFound
from app.core.forms import number_asked
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.claim.line_queries import list_line
from app.modules.events.kinds.claim.queries import count_waiting
from app.modules.events.kinds.claim.settings import OF_A_LINE, mode_of, offer_of
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "claim", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/claim", enable_openapi=False
)
PAGE = 100


@blueprint.get("/<uuid:campaign_id>/line")
@requires(MANAGE)
def line(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    rows = list(list_line(campaign, number_asked("after"), PAGE + 1))
    next_href = url_for(".line", campaign_id=campaign_id, after=rows[PAGE - 1].number) if len(rows) > PAGE else ""
    return render(
        "events/claim/desk/line.html", campaign=campaign, waiting=rows[:PAGE], number=count_waiting(campaign), next_href=next_href,
        order=OF_A_LINE[mode_of(offer_of(campaign))], waits_until=offer_of(campaign).waits_until, crumbs=crumbs(campaign, _("Waiting list")),
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/line.xlsx")
@requires(MANAGE)
@paced(30)
def as_workbook(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    target, number = in_file(lambda target: _write(target, campaign))
    record("events.claim_export_line", object_type="events_campaign", object_id=campaign_id, rows=number)
    return workbook(target, f"{campaign.title}-{_('Waiting list')}", "waiting-list")


def _write(target: IO[bytes], campaign: Campaign) -> int:
    headers = [_("Number on the waiting list"), _("Name"), _("Union"), _("Waits since")]
    rows = (
        (each.number, each.name, each.union_name, each.since.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))
        for each in list_line(campaign)
    )
    return write_sheet(target, headers, rows, widths={headers[2]: 36.0, headers[3]: 18.0}, title=_("Waiting list"))


def _campaign(campaign_id: UUID) -> Campaign:
    """Raises `NotFound`, also for a campaign without a waiting list."""
    campaign = find_announced(campaign_id, kind="claim")
    if not offer_of(campaign).has_line:
        raise NotFound
    return campaign
