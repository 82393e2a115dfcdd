"""Campaigns by their days: a month at a glance, files for calendars, and the clock that counts down to a beginning."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import Response, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.clock import CHINA, now
from app.core.ics import MEDIA_TYPE, CalendarEvent
from app.core.ics import calendar as write_calendar
from app.core.months import bounds, month_of, turned
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.modules.events.kinds import find_kind
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced, list_current, list_within
from app.modules.events.states import State
from app.modules.events.weeks.queries import list_in
from app.modules.events.words import phase_words
from tenants.context import Plane, current_zone

blueprint = PlacedBlueprint(
    "calendar", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", enable_openapi=False
)


@dataclass(frozen=True, slots=True)
class Mark:
    """That a campaign opens or closes on a day."""

    on: date
    at: datetime
    opens: bool
    campaign: Campaign


@blueprint.get("/calendar")
@public
@cached_page("month")
def month() -> ResponseReturnValue:
    first = month_of(request.args.get("month", ""))
    begins, ends = bounds(first)
    campaigns = list_within(begins, ends)
    marks = sorted(_marks(campaigns, begins, ends), key=lambda mark: (mark.on, mark.at))
    days = [(day, list(of_day)) for day, of_day in groupby(marks, key=lambda mark: mark.on)]
    running = [each for each in campaigns if each.opens_at < begins and each.closes_at >= ends]
    return render("events/calendar.html", month=turned(first, 0), before=turned(first, -1), after=turned(first, 1), days=days, running=running,
                  weeks=sorted(list_in(first, (ends - timedelta(days=1)).date()), key=lambda each: each[1].first),
                  phase_words=phase_words)  # fmt: skip


@blueprint.get("/calendar.ics")
@public
def subscription() -> ResponseReturnValue:
    """All that runs or comes, for a calendar that looks in again."""
    return _file(list_current())


@blueprint.get("/<uuid:campaign_id>/calendar.ics")
@public
def file(campaign_id: UUID) -> ResponseReturnValue:
    found = find_announced(campaign_id)
    find_kind(found.kind)
    return _file([found])


@blueprint.get("/clock")
@public
def clock() -> ResponseReturnValue:
    """The server's time in milliseconds, as scripts count it."""
    return jsonify(now=int(now().timestamp() * 1000))


def _marks(campaigns: Iterable[Campaign], begins: datetime, ends: datetime) -> Iterable[Mark]:
    for campaign in campaigns:
        for at, opens in ((campaign.opens_at, True), (campaign.closes_at, False)):
            if begins <= at < ends:
                yield Mark(at.astimezone(CHINA).date(), at, opens, campaign)


def _file(campaigns: Iterable[Campaign]) -> Response:
    return Response(write_calendar(_event(each) for each in campaigns), mimetype=MEDIA_TYPE)


def _event(campaign: Campaign) -> CalendarEvent:
    zone = current_zone()
    return CalendarEvent(
        uid=f"{campaign.id}@{zone.host}", starts_at=campaign.opens_at, ends_at=campaign.closes_at, summary=campaign.title,
        sequence=campaign.version, location=zone.name, is_cancelled=campaign.state == State.CANCELLED,
        description=platform().url(zone.host, url_for("events.campaign", campaign_id=campaign.id)),
    )  # fmt: skip
