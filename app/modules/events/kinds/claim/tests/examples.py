"""One of everything a page of giveaways can show."""

from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.claim.tests.drawing import Drawing
from app.modules.events.kinds.claim.tests.queue import Queue
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    assert person.member_id
    with time_machine.travel(now() - 2 * A_DAY, tick=False) as clock:
        drawing = Drawing(fair, clock, stock=1)
        drawing.draw([*fair.members[:2], person.member_id])
    with time_machine.travel(now() - SOON, tick=False) as clock:
        queue = Queue(fair)
        clock.shift(SOON)
        queue.take_all(fair.members[:1])
        queue.line_up(person.member_id)
    return {"events_campaigns_waited_for": queue.campaign_id, "events_campaigns_with_drawn_line": drawing.campaign_id}
