"""What sheets come to: pure arithmetic in fractions, rounded once, at the end. Scores are thousandths of a point of a hundred."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from app.modules.events.kinds.competition.models import JUDGES, Criterion

LEAVES_OUT_FROM = 5
"""From so many judges on the highest and the lowest score are left out."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a start came to."""

    start_id: UUID
    score: int
    tie_break: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """The same with its place; whoever is equal in all shares one."""

    scored: Scored
    place: int


def score(
    criteria: Sequence[Criterion], sheets: Sequence[Sequence[int]], measured: Sequence[int], start_id: UUID
) -> Scored:
    """Weigh a start: the mean of the judges' sheets, and what was measured. Values are tenths in the order of their criteria."""
    judged = [each for each in criteria if each.source == JUDGES]
    from_sheet = [each for each in criteria if each.source != JUDGES]
    totals = [
        sum((_weighed(each, given) for each, given in zip(judged, sheet, strict=True)), Fraction()) for sheet in sheets
    ]
    parts = [_weighed(each, given) for each, given in zip(from_sheet, measured, strict=True)]
    heaviest = max(criteria, key=lambda each: (each.weight, -each.number))
    if heaviest.source == JUDGES:
        place = judged.index(heaviest)
        tie_break = mean([_weighed(heaviest, sheet[place]) for sheet in sheets])
    else:
        tie_break = parts[from_sheet.index(heaviest)]
    return Scored(start_id, _rounded(mean(totals) + sum(parts, Fraction())), _rounded(tie_break))


def mean(values: Iterable[Fraction]) -> Fraction:
    """The mean, from `LEAVES_OUT_FROM` values on without the highest and the lowest; of none nothing."""
    ordered = sorted(values)
    counted = ordered[1:-1] if len(ordered) >= LEAVES_OUT_FROM else ordered
    return sum(counted, Fraction()) / len(counted) if counted else Fraction()


def rank(scored: Iterable[Scored]) -> list[Ranked]:
    """All in their order: who is equal shares a place, and the places behind are left out."""
    ordered = sorted(scored, key=lambda each: (-each.score, -each.tie_break))
    ranked: list[Ranked] = []
    for position, each in enumerate(ordered, start=1):
        before = ranked[-1] if ranked else None
        is_equal = before and (before.scored.score, before.scored.tie_break) == (each.score, each.tie_break)
        ranked.append(Ranked(each, before.place if before and is_equal else position))
    return ranked


def award_of(place: int, awards: dict[str, int]) -> str | None:
    """The award of a place; who shares a place has the same."""
    until = 0
    for award, number in awards.items():
        until += number
        if place <= until:
            return award
    return None


def _weighed(criterion: Criterion, tenths: int) -> Fraction:
    return Fraction(tenths * criterion.weight * 1000, criterion.highest)


def _rounded(value: Fraction) -> int:
    """To the nearest thousandth, a half upwards."""
    return int(value + Fraction(1, 2))
