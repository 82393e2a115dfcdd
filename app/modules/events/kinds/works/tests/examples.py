"""One of everything a page of a call for works can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.works.tests.atelier import Atelier
from app.modules.events.tests.fair import SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    assert person.member_id
    atelier = Atelier(fair)
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        campaign_id = atelier.announced()
    own, other = atelier.send(campaign_id, person.member_id), atelier.send(campaign_id, fair.members[0])
    atelier.accept(other)
    return {"events_campaigns_works": campaign_id, "works": own, "shown_works": other}
