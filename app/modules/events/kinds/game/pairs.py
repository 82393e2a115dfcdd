"""Pairs of cards that lie face down: one is turned over at a time, and where they lie the server alone knows."""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

SYMBOLS = "abcdefgh"
CARDS = 2 * len(SYMBOLS)
DOWN = "."
LASTS = timedelta(minutes=5)
PER_PAIR, PER_MISS = 100, 10
_lot = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Table:
    """How a play stands: what is `shown` of the cards, which of them lie open without being a pair, and the pairs that were none."""

    shown: str = DOWN * CARDS
    open_cards: tuple[int, ...] = ()
    misses: int = 0

    @property
    def found(self) -> int:
        """How many pairs are found."""
        return (CARDS - self.shown.count(DOWN) - len(self.open_cards)) // 2

    @property
    def points(self) -> int:
        return max(0, PER_PAIR * self.found - PER_MISS * self.misses)

    @property
    def is_done(self) -> bool:
        return self.found == len(SYMBOLS)


def deal() -> str:
    """The cards in an order by lot, a letter for each symbol."""
    cards = list(SYMBOLS * 2)
    _lot.shuffle(cards)
    return "".join(cards)


def turn_over(table: Table, cards: str, place: int) -> Table:
    """The table once a card is turned over; two open ones that are no pair are turned back first. One that lies open changes nothing."""
    if not 0 <= place < CARDS or table.shown[place] != DOWN:
        return table
    if len(table.open_cards) == 2:
        for each in table.open_cards:
            table = replace(table, shown=_put(table.shown, each, DOWN))
        table = replace(table, open_cards=())
    table = replace(table, shown=_put(table.shown, place, cards[place]))
    if not table.open_cards:
        return replace(table, open_cards=(place,))
    first = table.open_cards[0]
    if cards[first] == cards[place]:
        return replace(table, open_cards=())
    return replace(table, open_cards=(first, place), misses=table.misses + 1)


def _put(text: str, place: int, letter: str) -> str:
    return text[:place] + letter + text[place + 1 :]
