"""The calendars of hearings: the desk's and the lawyer's, by month, and the address that calendars follow."""

from collections.abc import Callable
from datetime import date, datetime
from itertools import groupby

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.routes import REVIEW, Route
from app.core.access import public
from app.core.clock import CHINA
from app.core.months import bounds, month_of, turned
from app.core.platform import platform
from app.core.theming import render
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.modules.legal_aid.hearings import feeds
from app.modules.legal_aid.hearings.display import ics_file, plain_event
from app.modules.legal_aid.hearings.queries import HearingLine, list_handled, list_in_zone, list_represented
from app.modules.legal_aid.hearings.words import STAGES
from app.modules.legal_aid.lawyers.counsel_pages import COUNSEL
from app.modules.legal_aid.rights import DECIDE
from tenants.context import Plane, current_actor, current_zone, scope

ZONE, MINE = "zone", "mine"


def _routes(
    prefix: str, name: str, right: str, case_endpoint: str, find: Callable[..., list[HearingLine]]
) -> tuple[Route, ...]:
    def page(address: str = "") -> str:
        month = month_of(request.args.get("month", ""))
        start, end = bounds(month)
        lines = find(start, end)
        return render(
            "legal_aid/desk/hearings.html", month=month, days=_by_day(lines), stages=STAGES, prefix=name,
            case_endpoint=case_endpoint, former=turned(month, -1), following=turned(month, 1), address=address,
            has_feed=feeds.find_feed(current_actor()) is not None, whose=_whose(),
            may_see_all=right == REVIEW and current_actor().may(DECIDE),
        )  # fmt: skip

    def show() -> ResponseReturnValue:
        return page()

    def make_feed() -> ResponseReturnValue:
        token = feeds.make_feed(current_actor())
        return page(platform().url(current_zone().host, url_for("legal_aid.hearing_feed", token=token)))

    def revoke_feed() -> ResponseReturnValue:
        feeds.revoke_feed(current_actor())
        flash(_("The address is void now."), "success")
        return redirect(url_for(f".{name}hearings"))

    return (
        Route(f"{prefix}/hearings", f"{name}hearings", show, right=right),
        Route(f"{prefix}/hearings/feed", f"{name}make_feed", make_feed, "POST", right),
        Route(f"{prefix}/hearings/feed/revoke", f"{name}revoke_feed", revoke_feed, "POST", right),
    )


@public
def feed(token: str) -> ResponseReturnValue:
    """For the calendar of whoever the address was made for; it carries its right in itself, and says no names."""
    finish(succeeded=True)
    with own_transaction():
        reader = feeds.reader_of(token)
    with scope(Plane.STAFF, zone=current_zone(), actor=reader):
        events = [plain_event(line) for line in feeds.list_for(reader)]
    return ics_file(events, "hearings")


def _find_for_desk(start: datetime, end: datetime) -> list[HearingLine]:
    actor = current_actor()
    return list_in_zone(start, end) if _whose() == ZONE else list_handled(actor, start, end)


def _find_for_lawyer(start: datetime, end: datetime) -> list[HearingLine]:
    return list_represented(current_actor(), start, end)


def _whose() -> str:
    """The zone's hearings are for who decides."""
    return ZONE if request.args.get("whose") == ZONE and current_actor().may(DECIDE) else MINE


def _by_day(lines: list[HearingLine]) -> list[tuple[date, list[HearingLine]]]:
    return [
        (day, list(group))
        for day, group in groupby(lines, key=lambda line: line.hearing.starts_at.astimezone(CHINA).date())
    ]


DESK_ROUTES = _routes("", "", REVIEW, ".case", _find_for_desk)
COUNSEL_ROUTES = _routes("/counsel", "counsel_", COUNSEL, ".counsel_case", _find_for_lawyer)
MEMBER_ROUTES = (Route("/hearings/<token>.ics", "hearing_feed", feed),)
