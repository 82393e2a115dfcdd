"""What somebody judges among works, and telling judges of it by the clock."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from app.core.clock import now
from app.modules.events.judging.duties import Duty
from app.modules.events.judging.telling import NEAR, tell_begun, tell_near
from app.modules.events.kinds.works.jury import queries
from app.modules.events.kinds.works.jury.models import JuryMember
from app.modules.events.kinds.works.jury.scoring import list_to_score
from app.modules.events.kinds.works.settings import Jury, rules_of
from app.modules.events.models import Campaign
from app.modules.events.states import State
from tenants.database import db


def list_duties(account_id: UUID | None, *, only_on: bool = False) -> list[Duty]:
    """The campaigns whose works somebody judges, or of these those whose jury scores now, each with how many of them they scored."""
    found = queries.list_judged(account_id)
    return [duty_of(judge, campaign) for judge, campaign in found if not only_on or _jury_of(campaign).is_on(campaign)]


def duty_of(judge: JuryMember, campaign: Campaign) -> Duty:
    """What a judge has to do in a campaign."""
    jury, works, sheets = _jury_of(campaign), list_to_score(judge), queries.list_sheets_of(judge)
    return Duty(
        str(campaign.id), campaign.title, f"/console/events/works/judging/{campaign.id}", jury.begins, jury.ends, jury.is_on(campaign),
        done=sum(each.id in sheets for each in works), owing=len(works),
    )  # fmt: skip


def tell_judges() -> None:
    """Tell the judges of a jury that it is on, and a day before its end those who still owe scores. On the worker plane."""
    for campaign, jury in _sitting():
        is_near = jury.ends - NEAR <= now() and jury.ends - jury.begins > NEAR
        for judge in queries.list_judges(campaign.id):
            duty = duty_of(judge, campaign)
            if judge.dismissed_at is None and duty.owed:
                (tell_near if is_near else tell_begun)(judge, duty)


def _jury_of(campaign: Campaign) -> Jury:
    return queries.find_jury(campaign.id)[1]


def _sitting() -> Iterator[tuple[Campaign, Jury]]:
    for campaign in db.session.scalars(select(Campaign).where(Campaign.kind == "works", Campaign.state == State.OPEN)):
        jury = rules_of(campaign).jury
        if jury is not None and jury.is_on(campaign):
            yield campaign, jury
