"""What is about one or two people is not told, nor found by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.overview.small_cells import FEWEST, hidden_cells, may_be_totalled, points_of_a_sum


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 0, "b": 3, "c": 9}, set()),
        ({"a": 2, "b": 3, "c": 9}, {"a", "b"}),
        ({"a": 1, "b": 1, "c": 1, "d": 7}, {"a", "b", "c"}),
        ({"a": 1, "b": 2, "c": 7}, {"a", "b"}),
        ({"a": 1}, {"a"}),
        ({"a": 0}, set()),
        ({}, set()),
    ],
)
def test_small_cells_are_hidden_and_one_more_where_a_total_would_give_them_away(counts, hidden):
    assert hidden_cells(counts) == hidden


@given(st.dictionaries(st.integers(), st.integers(0, 20)))
def test_whatever_is_hidden_is_together_enough_people_or_everybody(counts):
    hidden = hidden_cells(counts)
    assert {key for key, count in counts.items() if 0 < count < FEWEST} <= hidden
    together = sum(counts[key] for key in hidden)
    assert together == 0 or together >= FEWEST or together == sum(counts.values())


@pytest.mark.parametrize(
    ("unknown", "told"),
    [
        ([0, 0, 0], [True, True, True]),
        ([1, 2, 0], [False, True, True]),
        ([0, 3, 0, 1, 2], [True, True, True, False, True]),
        ([3, 0, 1], [False, False, True]),
        ([2], [False]),
        ([], []),
    ],
)
def test_a_running_sum_is_told_where_its_steps_are_about_enough_cases(unknown, told):
    assert points_of_a_sum(unknown) == told


@given(st.lists(st.integers(0, 5), max_size=14))
def test_no_two_told_points_of_a_running_sum_and_its_end_give_away_one_or_two_cases(unknown):
    told = points_of_a_sum(unknown)
    points = [place for place, is_told in enumerate(told) if is_told]
    starts = [0, *(place + 1 for place in points)]
    ends = [*(place + 1 for place in points), len(unknown)]
    between = [sum(unknown[start:end]) for start, end in zip(starts, ends, strict=True)]
    assert not [count for count in between if 0 < count < FEWEST] or not points


@given(st.dictionaries(st.integers(), st.integers(0, 6)))
def test_a_total_less_every_number_that_any_period_may_tell_is_about_enough_cases(counts):
    never_told = sum(count for count in counts.values() if count < FEWEST)
    assert may_be_totalled(counts) == (never_told == 0 or never_told >= FEWEST)
