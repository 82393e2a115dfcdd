"""The arithmetic of works: the jury's points and the votes', by their weights, in an order without chance."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.modules.events.kinds.works.jury.models import JuryCriterion
from app.modules.events.kinds.works.jury.ranking import Standing, jury_points, rank

FIRST = datetime(2026, 5, 1, tzinfo=UTC)


def criterion(number: int, weight: int, highest: int = 1000) -> JuryCriterion:
    return JuryCriterion(number=number, title=f"第{number}项", weight=weight, highest=highest)


def standing(number: int, votes: int, jury: int | None, *, later: int = 0) -> Standing:
    return Standing(UUID(int=number), votes, jury, FIRST + timedelta(hours=later))


def order(*standings: Standing, weight: int = 50) -> list[int]:
    return [each.work_id.int for each in rank(standings, jury_weight=weight)]


def test_the_highest_and_the_lowest_sheet_are_left_out_from_five_on():
    four, five = ([[each] for each in (0, 500, 600, 1000, 700)[:number]] for number in (4, 5))
    assert jury_points([criterion(1, 100)], four, least=3) == 52_500
    assert jury_points([criterion(1, 100)], five, least=3) == 60_000


def test_criteria_weigh_what_they_say_whatever_their_highest_score():
    assert jury_points([criterion(1, 60), criterion(2, 40, 100)], [[1000, 50]], least=1) == 80_000


def test_of_too_few_sheets_there_are_no_points():
    assert jury_points([criterion(1, 100)], [[900], [900]], least=3) is None


@pytest.mark.parametrize(("weight", "points"), [(0, 50_000), (50, 70_000), (100, 90_000)])
def test_votes_are_points_beside_the_most_voted_work_and_weigh_what_the_jury_does_not(weight, points):
    most, other = rank([standing(1, 8, 95_000), standing(2, 4, 90_000)], jury_weight=weight)
    assert (most.vote_points, other.vote_points, other.points) == (100_000, 50_000, points)


def test_without_a_vote_the_jury_alone_gives_points():
    (only,) = rank([standing(1, 0, 80_000)], jury_weight=50)
    assert (only.vote_points, only.points) == (0, 40_000)


def test_of_equal_points_the_jury_decides_then_the_votes_then_who_was_first():
    assert order(standing(1, 10, 50_000), standing(2, 5, 100_000)) == [2, 1]
    assert order(standing(1, 1, 80_000), standing(2, 2, 80_000), weight=100) == [2, 1]
    assert order(standing(1, 2, 80_000, later=1), standing(2, 2, 80_000)) == [2, 1]
    assert order(standing(2, 2, 80_000), standing(1, 2, 80_000)) == [1, 2]


def test_a_work_that_too_few_scored_stands_behind_the_others_by_its_votes():
    placed = rank([standing(1, 99, None), standing(2, 0, 10), standing(3, 100, None)], jury_weight=1)
    assert [(each.work_id.int, each.place) for each in placed] == [(2, 1), (3, 2), (1, 3)]
    assert [each.points is None for each in placed] == [False, True, True]


def test_without_a_jury_the_votes_alone_say_the_order():
    assert order(standing(1, 1, None), standing(2, 3, None), standing(3, 1, None, later=-1), weight=0) == [2, 3, 1]


def test_thirds_are_rounded_once_for_each_part():
    _most, third = rank([standing(1, 3, 0), standing(2, 1, 66_667)], jury_weight=50)[::-1]
    assert (third.vote_points, third.points) == (33_333, 50_000)
