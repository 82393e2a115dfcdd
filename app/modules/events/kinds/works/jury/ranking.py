"""The ranking of works by the jury and the votes: plain arithmetic with what pages show, so that anybody can compute it again.

Points are thousandths of a point of a hundred.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from app.modules.events.judging.models import AnyCriterion
from app.modules.events.judging.reckoning import mean, rounded, total

MOST = 100_000
"""A hundred points."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a work has: its votes, and the jury's points where enough judges scored it."""

    work_id: UUID
    votes: int
    jury_points: int | None
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Placed:
    """The same with what it comes to; `points` are in all, none for a work without the jury's."""

    work_id: UUID
    vote_points: int
    jury_points: int | None
    points: int | None
    place: int


def jury_points(criteria: Sequence[AnyCriterion], sheets: Sequence[Sequence[int]], *, least: int) -> int | None:
    """The mean of the judges' sheets, without the highest and the lowest where there are enough; none of fewer than `least`."""
    if len(sheets) < least:
        return None
    return rounded(mean(total(criteria, sheet) for sheet in sheets))


def rank(standings: Iterable[Standing], *, jury_weight: int) -> list[Placed]:
    """All in their order: those that the jury scored by their points, then those without, by votes.

    `jury_weight` is the jury's percentage; votes are points beside the most voted work, which has a hundred. Of equal points the
    jury's decide, then the votes, then which work was sent first.
    """
    works = list(standings)
    most = max((each.votes for each in works), default=0)
    counted = [(each, *_points(each, most, jury_weight)) for each in works]
    counted.sort(key=lambda row: _order(row[0], row[2]))
    return [
        Placed(each.work_id, vote_points, each.jury_points, points, place)
        for place, (each, vote_points, points) in enumerate(counted, start=1)
    ]


def _points(standing: Standing, most: int, jury_weight: int) -> tuple[int, int | None]:
    vote_points = rounded(Fraction(standing.votes * MOST, most)) if most else 0
    if standing.jury_points is None:
        return vote_points, None
    return vote_points, rounded(Fraction(standing.jury_points * jury_weight + vote_points * (100 - jury_weight), 100))


def _order(standing: Standing, points: int | None) -> tuple:
    return (
        points is None,
        -(points or 0),
        -(standing.jury_points or 0),
        -standing.votes,
        standing.sent_at,
        standing.work_id,
    )
