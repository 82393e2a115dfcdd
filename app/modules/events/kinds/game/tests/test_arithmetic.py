"""What the server reckons by itself: things that fall, pairs of cards, tickets of the wheel."""

from collections import Counter
from datetime import timedelta

import pytest

from app.core.clock import now
from app.modules.events.draws.order import commitment_of
from app.modules.events.kinds.game import catching, pairs
from app.modules.events.kinds.game.catching import LASTS, Refusal, judge, things
from app.modules.events.kinds.game.tests.arcade import perfect_log
from app.modules.events.kinds.game.wheel import faults, prize_of, ticket_of, wheel_rule

SEED = 2_463_534_242
BEGAN = now()
OVER = BEGAN + LASTS


def judged(log: str, after: timedelta = LASTS) -> int | Refusal:
    return judge(SEED, log, started_at=BEGAN, deadline=OVER + timedelta(seconds=45), moment=BEGAN + after)


def test_the_generator_is_marsaglias():
    """The first numbers of xorshift32 with 13, 17, 5 from the seed of the paper."""
    first = next(things(SEED))
    assert (first.tick, first.lane) == (40, 723_471_715 % 5)
    assert len(list(things(SEED))) == 56
    assert {each.lane for each in things(SEED)} == set(range(catching.LANES))


def test_the_basket_catches_what_comes_down_in_its_lane():
    still = sum(catching.WORTH[each.kind] for each in things(SEED) if each.lane == catching.MIDDLE)
    assert judged("") == max(0, still)
    best = judged(perfect_log(SEED))
    assert isinstance(best, int)
    assert best > max(0, still)


@pytest.mark.parametrize(
    ("log", "after", "refusal"),
    [
        ("", LASTS - timedelta(milliseconds=1), Refusal.TOO_EARLY),
        ("", LASTS + timedelta(seconds=46), Refusal.TOO_LATE),
        ("10L12R", LASTS, Refusal.TOO_FAST),
        ("10L10R", LASTS, Refusal.TOO_FAST),
        ("20L10R", LASTS, Refusal.TOO_FAST),
        ("3L6L9L", LASTS, Refusal.OUTSIDE),
        ("10X", LASTS, Refusal.UNREADABLE),
        ("9999L", LASTS, Refusal.UNREADABLE),
        ("500", LASTS, Refusal.UNREADABLE),
        ("10L13R" * 200, LASTS, Refusal.UNREADABLE),
    ],
)
def test_a_log_that_no_play_can_have_is_refused(log, after, refusal):
    assert judged(log, after) is refusal


def test_a_pair_stays_and_two_that_are_none_are_turned_back():
    cards = "aabbccddeeffgghh"
    table = pairs.turn_over(pairs.Table(), cards, 0)
    assert (table.shown[0], table.open_cards, table.found) == ("a", (0,), 0)
    table = pairs.turn_over(table, cards, 1)
    assert (table.found, table.open_cards, table.points) == (1, (), 100)
    table = pairs.turn_over(pairs.turn_over(table, cards, 2), cards, 4)
    assert (table.shown[2], table.shown[4], table.misses, table.points) == ("b", "c", 1, 90)
    assert pairs.turn_over(table, cards, 2) is table
    table = pairs.turn_over(table, cards, 3)
    assert (table.shown, table.found) == ("aa.b" + "." * 12, 1)
    assert pairs.turn_over(table, cards, 16) is pairs.turn_over(table, cards, -1) is table


def test_cards_are_dealt_by_lot():
    dealt = {pairs.deal() for _time in range(20)}
    assert len(dealt) == 20
    assert all(Counter(each) == dict.fromkeys(pairs.SYMBOLS, 2) for each in dealt)


def test_tickets_are_even_and_prizes_have_as_many_as_pieces():
    drawn = Counter(ticket_of("ab" * 32, number, 10) for number in range(1, 2001))
    assert set(drawn) == set(range(10))
    assert min(drawn.values()) > 140
    assert [prize_of(ticket, [1, 2]) for ticket in range(5)] == [0, 1, 1, None, None]


def record() -> dict:
    seed = "0f" * 32
    results = [
        {"number": number, "ticket": ticket_of(seed, number, 4), "prize": prize_of(ticket_of(seed, number, 4), [1, 1])}
        for number in range(1, 9)
    ]
    return {"seed": seed, "commitment": commitment_of(bytes.fromhex(seed), wheel_rule(4, [1, 1])), "turns": 4,
            "quantities": [1, 1], "results": results}  # fmt: skip


@pytest.mark.parametrize("change", ["", "seed", "odds", "left_out", "ticket", "prize"])
def test_a_record_that_was_tampered_with_is_found_out(change):
    found = record()
    if change == "seed":
        found["seed"] = "0e" * 32
    elif change == "odds":
        found["quantities"] = [1, 2]
    elif change == "left_out":
        del found["results"][3]
    elif change == "ticket":
        found["results"][0]["ticket"] += 1
    elif change == "prize":
        found["results"][0]["prize"] = 7
    assert bool(faults(found)) == bool(change)
