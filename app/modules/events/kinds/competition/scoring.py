"""What the sheets of a round come to, and the ranking (`events/judging/reckoning.py` is the arithmetic of one score)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from app.modules.events.judging.reckoning import mean, rounded, total, weigh
from app.modules.events.kinds.competition.models import JUDGES, Criterion


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
    totals = [total(judged, sheet) for sheet in sheets]
    parts = [weigh(each, given) for each, given in zip(from_sheet, measured, strict=True)]
    heaviest = max(criteria, key=lambda each: (each.weight, -each.number))
    if heaviest.source == JUDGES:
        place = judged.index(heaviest)
        tie_break = mean([weigh(heaviest, sheet[place]) for sheet in sheets])
    else:
        tie_break = parts[from_sheet.index(heaviest)]
    return Scored(start_id, rounded(mean(totals) + sum(parts, Fraction())), rounded(tie_break))


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
