"""Who takes part in a campaign, for staff: a list, and an Excel file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.pace import paced
from app.core.access import requires
from app.core.audit import record
from app.core.clock import CHINA
from app.core.downloads import in_file, workbook
from app.core.forms import parse_uuid
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.members.models import Member, Membership
from app.modules.events.crumbs import crumbs
from app.modules.events.models import Campaign, Entry
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from app.unions.models import Union
from tenants.context import Plane
from tenants.database import db

blueprint = PlacedBlueprint(
    "entries", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", enable_openapi=False
)
PAGE = 100


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who takes part."""

    id: UUID
    name: str
    union_name: str
    entered_at: datetime


@blueprint.get("/<uuid:campaign_id>/entries")
@requires(MANAGE)
def page(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    rows = list(_list(campaign_id, after=parse_uuid(request.args.get("after", "")), limit=PAGE + 1))
    next_href = url_for(".page", campaign_id=campaign_id, after=rows[PAGE - 1].id) if len(rows) > PAGE else ""
    return render(
        "events/desk/entries.html",
        campaign=campaign,
        participants=rows[:PAGE],
        crumbs=crumbs(campaign, _("Who takes part")),
        next_href=next_href,
    )


@blueprint.get("/<uuid:campaign_id>/entries.xlsx")
@requires(MANAGE)
@paced(30)
def as_workbook(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    target, number = in_file(lambda target: _write(target, campaign))
    record("events.export_entries", object_type="events_campaign", object_id=campaign_id, rows=number)
    return workbook(target, f"{campaign.title}-{_('Who takes part')}", "entries")


def _write(target: IO[bytes], campaign: Campaign) -> int:
    headers = [_("Name"), _("Union"), _("Time")]
    rows = (
        (each.name, each.union_name, each.entered_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))
        for each in _list(campaign.id)
    )
    return write_sheet(target, headers, rows, widths={headers[1]: 36.0, headers[2]: 18.0}, title=_("Who takes part"))


def _list(campaign_id: UUID, *, after: UUID | None = None, limit: int | None = None) -> Iterator[Participant]:
    """In the order of coming; whoever has left the zone's unions since has no name."""
    entries = (
        select(Entry.id, Member.name, Union.name, Entry.entered_at)
        .outerjoin(Member, Member.id == Entry.member_id)
        .outerjoin(Membership, (Membership.member_id == Entry.member_id) & (Membership.status == "active"))
        .outerjoin(Union, Union.id == Membership.union_id)
        .where(Entry.campaign_id == campaign_id)
    )
    if after:
        entries = entries.where(Entry.id > after)
    for entry_id, name, union_name, entered_at in db.session.execute(entries.order_by(Entry.id).limit(limit)):
        yield Participant(entry_id, name or "–", union_name or "–", entered_at)
