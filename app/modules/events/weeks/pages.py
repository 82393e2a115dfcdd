"""The page of a week, for everybody."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.core.access import public
from app.core.clock import CHINA
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.kinds import KINDS
from app.modules.events.models import Campaign
from app.modules.events.page_changes import changes_tomorrow
from app.modules.events.weeks.occurring import Days
from app.modules.events.weeks.queries import find_week, list_campaigns, next_days
from app.modules.events.words import phase_words
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "weeks", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/weeks", enable_openapi=False
)


@blueprint.get("/<uuid:events_week_id>")
@public
@cached_page()
def page(events_week_id: UUID) -> ResponseReturnValue:
    week = find_week(events_week_id)
    days, campaigns = next_days(week), list_campaigns(week.id)
    changes_tomorrow()
    now_in_it = [each for each in campaigns if days and _is_in(each, days)]
    return render(
        "events/weeks/week.html", week=week, days=days, campaigns=now_in_it, kinds=KINDS, phase_words=phase_words,
        before=[each for each in campaigns if each not in now_in_it],
    )  # fmt: skip


def _is_in(campaign: Campaign, days: Days) -> bool:
    opens, closes = (moment.astimezone(CHINA).date() for moment in (campaign.opens_at, campaign.closes_at))
    return opens <= days.last and closes >= days.first
