"""One of everything a page of referrals can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.referral.tests.circle import Circle
from app.modules.events.tests.fair import SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    circle, member_id = Circle(fair), person.member_id
    assert member_id
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = circle.announced()
    (joiner,) = circle.joined(circle.code(campaign_id, member_id))
    return {"events_campaigns_referral": campaign_id, "events_referrals": circle.referral(joiner).id}
