"""One of everything a page of a lottery can show."""

from uuid import UUID

from app.modules.events.kinds.lottery.tests.tombola import Tombola
from app.modules.events.tests.fair import Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, _person: Person) -> dict[str, UUID]:
    tombola = Tombola(fair)
    return {"events_campaigns_lottery": tombola.announced(tombola.prize("一等奖"), tombola.prize("二等奖", quantity=2))}
