"""What runs by the clock."""

from datetime import timedelta

from flask_babel import lazy_gettext as _

from app.core.jobs import checkpoint, periodic
from app.modules.events.kinds.referral import rewarding


@periodic(
    "events.referral_reward",
    title=_("Reward referrals whose cooling period is over"),
    every=timedelta(minutes=5),
    module="events",
)
def reward() -> None:
    while rewarding.reward_due():
        checkpoint()


@periodic(
    "events.referral_claw_back",
    title=_("Take back rewards of joiners who left"),
    every=timedelta(hours=1),
    module="events",
)
def claw_back() -> None:
    while rewarding.claw_back_left():
        checkpoint()
