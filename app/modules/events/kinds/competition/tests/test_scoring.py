"""The arithmetic of rankings."""

from uuid import UUID

import pytest

from app.modules.events.kinds.competition.models import JUDGES, SHEET, Criterion
from app.modules.events.kinds.competition.scoring import Scored, award_of, mean, rank, score
from app.modules.events.kinds.competition.sheets import parse_tenths
from tenants.ids import uuid7

NOBODY = UUID(int=0)


def criterion(number: int, weight: int, highest: int = 1000, source: str = JUDGES) -> Criterion:
    return Criterion(number=number, title=f"第{number}项", weight=weight, highest=highest, source=source)


def test_criteria_weigh_what_they_say_whatever_their_highest_score():
    criteria = [criterion(1, 60, 1000), criterion(2, 40, 200)]
    assert score(criteria, [[900, 100]], [], NOBODY).score == 74_000


def test_the_highest_and_the_lowest_are_left_out_from_five_judges_on():
    criteria = [criterion(1, 100)]
    four, five = ([[each] for each in (100, 500, 600, 1000, 700)[:number]] for number in (4, 5))
    assert score(criteria, four, [], NOBODY).score == 55_000
    assert score(criteria, five, [], NOBODY).score == 60_000


def test_a_measured_part_counts_once_beside_the_judges():
    criteria = [criterion(1, 40, source=SHEET), criterion(2, 60)]
    found = score(criteria, [[1000], [500]], [850], NOBODY)
    assert (found.score, found.tie_break) == (34_000 + 45_000, 45_000)


def test_thirds_are_rounded_once_at_the_end():
    assert score([criterion(1, 100)], [[1000], [1000], [999]], [], NOBODY).score == 99_967


def test_who_is_equal_shares_a_place_and_the_next_is_left_out():
    scored = [Scored(uuid7(), *each) for each in ((80_000, 10), (90_000, 10), (80_000, 20), (80_000, 10), (70_000, 99))]
    assert [(each.scored.score, each.scored.tie_break, each.place) for each in rank(scored)] == [
        (90_000, 10, 1), (80_000, 20, 2), (80_000, 10, 3), (80_000, 10, 3), (70_000, 99, 5),
    ]  # fmt: skip


def test_awards_go_by_place_and_who_shares_one_has_the_same():
    awards = {"first": 1, "second": 2, "third": 0}
    assert [award_of(place, awards) for place in (1, 2, 2, 3, 4)] == ["first", "second", "second", "second", None]


def test_the_mean_of_nothing_is_nothing():
    assert mean([]) == 0


@pytest.mark.parametrize(
    ("text", "tenths"),
    [("90", 900), ("90.5", 905), ("９０．５", 905), (" 0 ", 0), ("100", 1000), ("100.1", None), ("90.55", None), ("-1", None), ("九十", None), ("", None), ("1.", None), ("8.²", None), ("8.፩", None)],
)  # fmt: skip
def test_scores_are_read_in_tenths(text, tenths):
    assert parse_tenths(text, 1000) == tenths
