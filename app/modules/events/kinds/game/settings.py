"""What staff say of a game besides what every campaign has."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.benefits.inputs import Number, choice
from app.modules.events.models import Campaign
from app.modules.events.prizes.settings import PrizeSettings

WHEEL, CATCH, MATCH = "wheel", "catch", "match"
GAMES = {
    WHEEL: _("Wheel: each turn wins at once, or nothing"),
    CATCH: _("Catch: things fall, and a basket catches them"),
    MATCH: _("Pairs: cards are turned over two at a time"),
}
DRAW, RANK = "draw", "rank"
WAYS = {
    DRAW: _("By a draw among all who reach the points"),
    RANK: _("To the best in their order"),
}


class GameSettings(PrizeSettings):
    """Which game, how often it may be played, and who gets the prizes.

    `turns` says of a wheel among how many turns its prizes are spread: their odds. `least` are the points that the prizes of the
    other games ask for.
    """

    game = choice(GAMES, load_default=CATCH)
    tries_a_day = Number(20, load_default=3)
    way = choice(WAYS, load_default=DRAW)
    least = Number(1_000, load_default=200)
    turns = Number(1_000_000, load_default=1_000)


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings but its prizes."""

    game: str
    tries_a_day: int
    way: str
    least: int
    turns: int

    @property
    def is_draw(self) -> bool:
        return self.way == DRAW

    @property
    def is_wheel(self) -> bool:
        return self.game == WHEEL


def rules_of(campaign: Campaign) -> Rules:
    found: Any = GameSettings().load(campaign.settings)
    return Rules(found["game"], found["tries_a_day"], found["way"], found["least"], found["turns"])
