"""What scores come to: arithmetic in fractions, rounded once, at the end. Scores are thousandths of a point of a hundred."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from app.modules.events.judging.models import AnyCriterion

LEAVES_OUT_FROM = 5
"""From so many judges on the highest and the lowest score are left out."""


def weigh(criterion: AnyCriterion, tenths: int) -> Fraction:
    """What was given in one criterion, as its part of the score."""
    return Fraction(tenths * criterion.weight * 1000, criterion.highest)


def total(criteria: Sequence[AnyCriterion], sheet: Sequence[int]) -> Fraction:
    """What one judge gave in all. `sheet` are tenths in the order of the criteria."""
    return sum((weigh(each, given) for each, given in zip(criteria, sheet, strict=True)), Fraction())


def mean(values: Iterable[Fraction]) -> Fraction:
    """The mean, from `LEAVES_OUT_FROM` values on without the highest and the lowest; of none nothing."""
    ordered = sorted(values)
    counted = ordered[1:-1] if len(ordered) >= LEAVES_OUT_FROM else ordered
    return sum(counted, Fraction()) / len(counted) if counted else Fraction()


def rounded(value: Fraction) -> int:
    """To the nearest thousandth, a half upwards."""
    return int(value + Fraction(1, 2))
