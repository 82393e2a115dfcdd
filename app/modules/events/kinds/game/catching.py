"""Things that fall and a basket that catches them, in whole numbers, so that phone and server reckon the same.

A play lasts `TICKS` ticks of `TICK_MS`. Things reach the bottom one after the other, each in a lane; the basket stands in one lane and
goes one lane at a time, at most once in `STEP` ticks. `static/js/game-catch.js` does the same; what counts is `replay`.
"""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TICK_MS, TICKS = 50, 600
LASTS = timedelta(milliseconds=TICK_MS * TICKS)
ALLOWANCE = timedelta(seconds=45)
"""To open the page, to begin, and to hand in."""
LANES, MIDDLE, STEP = 5, 2, 3
FIRST, APART = 40, 10
"""The tick at which the first thing reaches the bottom, and the ticks between one and the next."""
GIFT, STAR, BOLT = "gift", "star", "bolt"
WORTH = {GIFT: 10, STAR: 30, BOLT: -20}
KINDS = (GIFT,) * 6 + (STAR,) + (BOLT,) * 3
LONGEST_LOG = 1_000
_LOG = re.compile(r"(?:\d{1,3}[LR])*")
_MOVE = re.compile(r"(\d{1,3})([LR])")


class Refusal(StrEnum):
    """Why a log does not count."""

    TOO_EARLY = "too-early"
    TOO_LATE = "too-late"
    UNREADABLE = "unreadable"
    TOO_FAST = "too-fast"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that reaches the bottom of a lane at a tick."""

    tick: int
    lane: int
    kind: str


def new_seed() -> int:
    """What decides the things of one play, told to its player alone."""
    return secrets.randbelow(2**32 - 1) + 1


def things(seed: int) -> Iterator[Thing]:
    """What falls in a play, in its order, by xorshift32 (Marsaglia 2003); `seed` is of 32 bits and not 0."""
    state = seed
    for tick in range(FIRST, TICKS, APART):
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        yield Thing(tick, state % LANES, KINDS[(state >> 8) % len(KINDS)])


def judge(seed: int, log: str, *, started_at: datetime, deadline: datetime, moment: datetime) -> int | Refusal:
    """The points of a log such as "40L52R" that comes in at a moment, or why it does not count."""
    if moment < started_at + LASTS:
        return Refusal.TOO_EARLY
    if moment > deadline:
        return Refusal.TOO_LATE
    if len(log) > LONGEST_LOG or _LOG.fullmatch(log) is None:
        return Refusal.UNREADABLE
    return replay(seed, [(int(tick), -1 if side == "L" else 1) for tick, side in _MOVE.findall(log)])


def replay(seed: int, moves: list[tuple[int, int]]) -> int | Refusal:
    """The points of moves, each a tick and a side (-1 or 1), as the play would have gone; never below 0."""
    lane, points, before, waiting = MIDDLE, 0, -STEP, iter(moves)
    move = next(waiting, None)
    for thing in things(seed):
        while move is not None and move[0] <= thing.tick:
            if move[0] - before < STEP:
                return Refusal.TOO_FAST
            before, lane = move[0], lane + move[1]
            if not 0 <= lane < LANES:
                return Refusal.OUTSIDE
            move = next(waiting, None)
        if lane == thing.lane:
            points += WORTH[thing.kind]
    return max(0, points)
