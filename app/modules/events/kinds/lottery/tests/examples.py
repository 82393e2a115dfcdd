"""One of everything a page of a lottery can show."""

from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, _person: Person) -> dict[str, UUID]:
    tombola = Tombola(fair)
    with time_machine.travel(now() - 2 * A_DAY, tick=False) as clock:
        drawn = tombola.announced(tombola.prize("一等奖"))
        clock.shift(SOON)
        tombola.register(drawn, fair.members[:2])
        clock.shift(A_DAY)
        fair.tick()
    return {
        "events_campaigns_lottery": tombola.announced(tombola.prize("一等奖"), tombola.prize("二等奖", quantity=2)),
        "events_redraws": tombola.ask(drawn, tombola.drawn(drawn)[0]).id,
    }
