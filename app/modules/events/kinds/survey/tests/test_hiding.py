"""Small numbers are hidden, and nobody finds them by adding and subtracting what is shown."""

import random
from fractions import Fraction

import pytest

from app.modules.events.kinds.survey.hiding import FEWEST, Count, hide, hide_several, together

LOTS = [random.Random(seed) for seed in range(400)]  # noqa: S311 - tables for tests


def table_of(lot: random.Random) -> list[list[int]]:
    """Groups of whom enough answered, with every size of cell there can be."""
    columns = lot.randint(2, 6)
    lines = [[lot.choice([0, 0, 1, 2, 4, 5, 9, 40]) for _ in range(columns)] for _ in range(lot.randint(1, 6))]
    return [line for line in lines if sum(line) >= FEWEST] or [[FEWEST] * columns]


def follows(shown: list[list[int | None]], lines: list[list[int]]) -> set[tuple[int, int]]:
    """The hidden cells that follow from those shown, the sums of all lines and the line of all: Gauss, in fractions."""
    whole = [sum(column) for column in zip(*lines, strict=True)]
    real = [whole, *lines] if len(lines) > 1 else [whole]
    hidden = [(r, c) for r, line in enumerate(shown) for c, number in enumerate(line) if number is None]
    place = {cell: number for number, cell in enumerate(hidden)}
    of_lines = [{(r, c): 1 for c in range(len(real[0]))} for r in range(len(real))]
    of_columns = [{(0, c): -1} | {(r, c): 1 for r in range(1, len(real))} for c in range(len(real[0]))]
    equations = [_equation(place, signs) for signs in (*of_lines, *(of_columns if len(real) > 1 else ()))]
    reduced = _reduced(equations)
    return {hidden[line.index(Fraction(1))] for line in reduced if sum(map(bool, line)) == 1}


def _equation(place: dict[tuple[int, int], int], signs: dict[tuple[int, int], int]) -> list[Fraction]:
    line = [Fraction(0)] * len(place)
    for cell, sign in signs.items():
        if cell in place:
            line[place[cell]] = Fraction(sign)
    return line


def _reduced(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    done: list[list[Fraction]] = []
    width = len(matrix[0]) if matrix else 0
    for column in range(width):
        pivot = next((line for line in matrix if line[column]), None)
        if pivot is None:
            continue
        matrix.remove(pivot)
        pivot = [each / pivot[column] for each in pivot]
        matrix = [[a - line[column] * b for a, b in zip(line, pivot, strict=True)] for line in matrix]
        done = [[a - line[column] * b for a, b in zip(line, pivot, strict=True)] for line in done] + [pivot]
    return done


@pytest.mark.parametrize("lot", LOTS)
def test_no_small_number_is_shown_and_no_hidden_one_follows(lot):
    lines = table_of(lot)
    shown = hide(lines)
    assert not [number for line in shown for number in line if number is not None and 0 < number < FEWEST]
    assert follows(shown, lines) == set()


@pytest.mark.parametrize("lot", LOTS[:100])
def test_what_is_hidden_holds_enough_in_every_line_and_column(lot):
    lines = table_of(lot)
    shown = hide(lines)
    whole = [sum(column) for column in zip(*lines, strict=True)]
    for line, real in zip(shown, [whole, *lines], strict=False):
        hidden = [number for number, seen in zip(real, line, strict=True) if seen is None]
        assert not hidden or sum(hidden) >= FEWEST
    for c, total in enumerate(shown[0]):
        hidden = [line[c] for line, seen in zip(lines, shown[1:], strict=False) if seen[c] is None]
        assert total is None or not hidden or sum(hidden) >= FEWEST


def test_one_small_number_takes_another_with_it():
    assert hide([[46, 1, 20]]) == [[46, None, None]]
    assert hide([[46, 1]]) == [[None, None]]
    assert hide([[46, 0, 20]]) == [[46, 0, 20]]


def test_a_union_is_not_the_difference_between_all_and_the_others():
    shown = hide([[20, 10, 6], [30, 2, 9], [8, 7, 5]])
    hidden = {(r, c) for r, line in enumerate(shown) for c, number in enumerate(line) if number is None}
    assert (2, 1) in hidden
    assert len({r for r, _c in hidden}) >= 2
    assert len({c for _r, c in hidden}) >= 2
    assert shown[0] == [58, 19, 20]


def test_of_several_choices_who_did_not_choose_is_hidden_too():
    assert hide_several([Count(20, [19, 10, 2])]) == [[None, 10, None]]


def test_unions_of_a_few_are_put_together_and_another_with_them_if_they_are_still_a_few():
    def put(**sizes: int) -> dict[str | None, int]:
        counts: dict[str | None, Count] = {name: Count(size, [size]) for name, size in sizes.items()}
        return {name: count.answered for name, count in together(counts).items()}

    assert put(a=30, b=6, c=2, d=0) == {"a": 30, None: 8}
    assert put(a=30, b=6, c=2, d=0, e=4) == {"a": 30, "b": 6, None: 6}
    assert put(c=2) == {None: 2}
