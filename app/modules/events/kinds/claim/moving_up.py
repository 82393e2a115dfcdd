"""What comes back goes to who has waited longest, at once and in their order, until the waiting ends. On the worker plane."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update

from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.benefits.vouchers.giving import Given, Outcome, give
from app.benefits.vouchers.models import VoucherBatch
from app.core.audit import record
from app.core.clock import now
from app.members.queries import belonging
from app.modules.events.kinds.claim.lining_up import hold_line
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import IN_LINE, may_give
from app.modules.events.kinds.claim.settings import Offer, offer_of
from app.modules.events.kinds.claim.states import State
from app.modules.events.kinds.declaring import Settled
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from app.notifications.operations import notify
from tenants.context import current_actor
from tenants.database import db

AT_ONCE = 500
"""Members in one transaction: whoever joins or leaves the line waits for its end."""
SERVED = {
    Outcome.GIVEN: State.GIVEN,
    Outcome.BEFORE: State.GIVEN,
    Outcome.CAPPED: State.REFUSED,
    Outcome.ENOUGH: State.REFUSED,
}
"""Who was asked about and is named here waits no more; whom nothing was left for keeps their place."""


def move_up() -> bool:
    """Give what came back in a campaign to the next of its line; whether anybody's turn came. One campaign in a transaction."""
    waited_for = select(Waiting.campaign_id).where(IN_LINE).distinct()
    campaigns = db.session.scalars(select(Campaign).where(Campaign.id.in_(waited_for)).order_by(Campaign.id)).all()
    return any(_serve(campaign, offer_of(campaign)) for campaign in campaigns)


def end_waiting(campaign: Campaign) -> Settled:
    """Of a closed campaign: tell those who waited to the end that it has come, `AT_ONCE` in a transaction."""
    if not _next(campaign, 1):
        return Settled.WHOLE
    if may_give(offer_of(campaign)):
        return Settled.WAITS
    hold_line(campaign.id)
    late = _next(campaign, AT_ONCE)
    _stand(late, State.OVER)
    tell_over(campaign, [each.member_id for each in late])
    return Settled.PART


def tell_over(campaign: Campaign, members: Sequence[UUID]) -> None:
    """Tell those who waited that it is over."""
    for each in members:
        notify("events.claim_over", each, {"title": campaign.title},
               dedupe_key=f"events.claim_over:{campaign.id}", href=f"/events/claim/{campaign.id}")  # fmt: skip
    record("events.claim_waiting_over", object_type="events_campaign", object_id=campaign.id, members=len(members))


def _serve(campaign: Campaign, offer: Offer) -> int:
    """How many of the line were given one, or passed over because a rule refused it or they are no member here any more."""
    if not _free(offer) or not may_give(offer):
        return 0
    hold_line(campaign.id)
    first, strangers = _known(_next(campaign, min(_free(offer), AT_ONCE)))
    _stand(strangers, State.LEFT)
    given = give(current_actor(), offer.batch_id, [each.member_id for each in first], key=giving_key(campaign.id))
    served = [(each, what) for each, what in zip(first, given, strict=False) if what.outcome in SERVED]
    for each, what in served:
        _stand([each], SERVED[what.outcome], what)
        if SERVED[what.outcome] is State.GIVEN:
            _tell("events.claim_given", campaign, each)
        else:
            _tell("events.claim_refused", campaign, each, why=_why(what))
    return len(served) + len(strangers)


def _known(line: Sequence[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
    """Those who are members of the zone's unions still, and those who are not."""
    known = belonging(each.member_id for each in line)
    return [each for each in line if each.member_id in known], [each for each in line if each.member_id not in known]


def _free(offer: Offer) -> int:
    left = select(VoucherBatch.stock - VoucherBatch.taken).where(VoucherBatch.id == offer.batch_id)
    return db.session.scalars(left).one()


def _next(campaign: Campaign, number: int) -> Sequence[Waiting]:
    line = select(Waiting).where(Waiting.campaign_id == campaign.id, IN_LINE).order_by(Waiting.place)
    return db.session.scalars(line.limit(number), execution_options={"populate_existing": True}).all()


def _stand(waiting: Sequence[Waiting], state: State, given: Given | None = None) -> None:
    chosen = update(Waiting).where(Waiting.id.in_([each.id for each in waiting]))
    db.session.execute(chosen.values(state=state, rule_id=given.rule_id if given else None, ended_at=now()))


def _why(given: Given) -> str:
    rule = db.session.get(PolicyRule, given.rule_id) if given.rule_id else None
    return cite(rule) if rule else _("You have as many of these as one may have.")


def _tell(kind: str, campaign: Campaign, waiting: Waiting, **words: str) -> None:
    notify(kind, waiting.member_id, {"title": campaign.title, **words},
           dedupe_key=f"{kind}:{campaign.id}:{waiting.place}", href=f"/events/claim/{campaign.id}")  # fmt: skip
