"""What is about one or two people is not told, nor found by subtraction."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.casework.overview.small_cells import FEWEST, hidden_cells


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
