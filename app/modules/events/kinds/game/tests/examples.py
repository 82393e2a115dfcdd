"""One of everything a page of a game can show."""

from datetime import timedelta
from uuid import UUID

import time_machine

from app.core.clock import now
from app.modules.events.kinds.game.tests.arcade import Arcade
from app.modules.events.tests.fair import A_DAY, SOON, Fair
from tests.fixtures.world import Person


def make_examples(fair: Fair, person: Person) -> dict[str, UUID]:
    """Ids by table; the person is the member who looks."""
    arcade, member_id = Arcade(fair), person.member_id
    assert member_id
    with time_machine.travel(now() - 2 * A_DAY):
        over = arcade.announced("wheel", 1, turns=1)
    fair.tick()
    with time_machine.travel(now() - SOON - timedelta(minutes=1)):
        wheel, pairs = arcade.announced("wheel", 1, turns=1), arcade.announced("match")
    return {
        "events_campaigns_game": wheel,
        "events_campaigns_game_over": over,
        "events_campaigns_game_pairs": pairs,
        "events_game_plays": arcade.begin(wheel, member_id),
    }
