"""Telling both what became of a referral."""

from app.modules.events.kinds.referral.models import Referral
from app.modules.events.models import Campaign
from app.notifications.operations import notify


def tell(referral: Referral, campaign: Campaign) -> None:
    """Tell the referrer and the joiner how their referral stands, once for each state."""
    for member_id in {referral.referrer_id, referral.member_id}:
        notify(
            f"events.referral_{referral.state}", member_id, {"title": campaign.title},
            dedupe_key=f"events.referral:{referral.id}:{referral.state}", href=f"/events/referral/{campaign.id}",
        )  # fmt: skip
