"""By the clock: rewards once the cooling period is over, and taking them back where the joiner leaves. On the worker plane.

First verified, first served; the rewards of a campaign are decided one after the other.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists, func, select

from app.benefits.vouchers.giving import Given, give
from app.core.audit import record
from app.core.clock import now
from app.members.models import Membership
from app.members.queries import belonging
from app.modules.events.kinds.referral.clawing import claw_back
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.kinds.referral.settings import Rules, rules_of
from app.modules.events.kinds.referral.states import Reason, State
from app.modules.events.kinds.referral.telling import tell
from app.modules.events.models import Campaign
from app.modules.events.promising import giving_key
from app.modules.events.queries import find_campaign
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

AT_ONCE = 100
LONGEST_CLAW_BACK = timedelta(days=365)
STRANGER = "stranger"
"""What becomes of the voucher of a referrer who has left the zone's unions."""
IS_MEMBER = exists().where(Membership.member_id == Referral.member_id, Membership.status == "active")


def reward_due(limit: int = AT_ONCE) -> int:
    """Decide the referrals that are due, `limit` in a transaction; how many."""
    due = select(Referral.id, Referral.campaign_id).where(Referral.state == State.COOLING, Referral.due_at <= now())
    found = db.session.execute(due.order_by(Referral.verified_at, Referral.id).limit(limit)).all()
    for campaign_id in sorted({row.campaign_id for row in found}):
        take_turn(f"events.referrals.{current_zone().id}.{campaign_id}")
    for row in found:
        _decide(row.id)
    return len(found)


def claw_back_left(limit: int = AT_ONCE) -> int:
    """Take back the rewards of joiners who left within the claw-back period, `limit` in a transaction; how many."""
    left = select(Referral.id, Referral.campaign_id, Referral.rewarded_at).where(
        Referral.state == State.REWARDED, Referral.rewarded_at > now() - LONGEST_CLAW_BACK, ~IS_MEMBER
    )
    done = 0
    for row in db.session.execute(left.order_by(Referral.id)):
        if done < limit and row.rewarded_at > now() - rules_of(find_campaign(row.campaign_id)).claw_back:
            claw_back(current_actor(), row.id, Reason.LEFT)
            done += 1
    return done


def _decide(referral_id: UUID) -> None:
    referral = db.session.get_one(
        Referral, (current_zone().id, referral_id), with_for_update=True, populate_existing=True
    )
    if referral.state != State.COOLING:
        return
    campaign = find_campaign(referral.campaign_id)
    rules = rules_of(campaign)
    if reason := _refusal(referral, rules):
        referral.state, referral.reason = State.REFUSED, reason
    else:
        _reward(referral, campaign, rules)
    db.session.flush()
    record(f"events.referral_{'refuse' if reason else 'reward'}", object_type="events_referral", object_id=referral.id,
           subject_member_id=referral.member_id, why=referral.reason)  # fmt: skip
    tell(referral, campaign)


def _refusal(referral: Referral, rules: Rules) -> Reason | None:
    """Why there is no reward: the joiner has left, or as many have one as there may be, in all or of this referrer."""
    if not db.session.scalar(select(IS_MEMBER).where(Referral.id == referral.id)):
        return Reason.LEFT
    rewarded = select(func.count()).select_from(Referral).where(
        Referral.campaign_id == referral.campaign_id, Referral.number.is_not(None)
    )  # fmt: skip
    if (db.session.scalar(rewarded) or 0) >= rules.budget:
        return Reason.BUDGET
    by_referrer = db.session.scalar(rewarded.where(Referral.referrer_id == referral.referrer_id)) or 0
    return Reason.CAP if by_referrer >= rules.per_referrer else None


def _reward(referral: Referral, campaign: Campaign, rules: Rules) -> None:
    last = select(func.max(Referral.number)).where(Referral.campaign_id == campaign.id)
    referral.number = (db.session.scalar(last) or 0) + 1
    referral.state, referral.rewarded_at = State.REWARDED, now()
    if belonging([referral.referrer_id]):
        given = _give(rules.referrer_batch_id, referral.referrer_id, referral)
        referral.referrer_voucher_id, referral.referrer_outcome = given.voucher_id, given.outcome
    else:
        referral.referrer_outcome = STRANGER
    given = _give(rules.joiner_batch_id, referral.member_id, referral)
    referral.joiner_voucher_id, referral.joiner_outcome = given.voucher_id, given.outcome


def _give(batch_id: UUID, member_id: UUID, referral: Referral) -> Given:
    """One voucher for this referral, however often it is asked for."""
    key = f"{giving_key(referral.campaign_id)}:{referral.id}"
    return give(current_actor(), batch_id, [member_id], key=key)[0]
