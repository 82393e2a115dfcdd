"""The calculation of a fee, by a table and by what always holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.legal_aid.fees.formula import LineKey, Told, calculate
from app.modules.legal_aid.fees.standards import Standard, Work, read_standard, released, released_on

STANDARD = Standard(Work.ARBITRATION, date(2026, 1, 1), 150_000, 10_000, 50_000, 30_000, "x")
CENTS = st.integers(0, 5_000_000)


@pytest.mark.parametrize(
    ("standard", "minutes", "travel", "lines"),
    [
        (STANDARD, 0, 0, {"stage": 150_000, "total": 150_000}),
        (STANDARD, 210, 0, {"stage": 150_000, "hours": 35_000, "total": 185_000}),
        (STANDARD, 300, 0, {"stage": 150_000, "hours": 50_000, "total": 200_000}),
        (STANDARD, 330, 0, {"stage": 150_000, "hours": 55_000, "hours_most": 50_000, "total": 200_000}),
        (STANDARD, 0, 30_000, {"stage": 150_000, "travel": 30_000, "total": 180_000}),
        (STANDARD, 0, 30_001, {"stage": 150_000, "travel": 30_001, "travel_most": 30_000, "total": 180_000}),
        (Standard(Work.CONSULTATION, date(2026, 1, 1), 0, 9_999, 60_000, 0, "x"), 30, 0, {"hours": 5_000, "total": 5_000}),
        (Standard(Work.CONSULTATION, date(2026, 1, 1), 0, 100, 60_000, 0, "x"), 0, 0, {"total": 0}),
        (Standard(Work.MEDIATION, date(2026, 1, 1), 80_000, 0, 0, 0, "x"), 600, 500,
         {"stage": 80_000, "travel": 500, "travel_most": 0, "total": 80_000}),
    ],
)  # fmt: skip
def test_the_lines_and_what_they_come_to(standard, minutes, travel, lines):
    assert {str(line.key): line.cents for line in calculate(standard, Told(minutes, travel))} == lines


@given(CENTS, CENTS, CENTS, CENTS, st.integers(0, 12_000), CENTS)
def test_the_total_is_what_counts_and_never_above_the_mosts(stage, hour, hours_most, travel_most, minutes, travel):
    standard = Standard(Work.ARBITRATION, date(2026, 1, 1), stage, hour, hours_most, travel_most, "x")
    lines = {line.key: line.cents for line in calculate(standard, Told(minutes, travel))}
    counted = [
        lines.get(LineKey.STAGE, 0),
        lines.get(LineKey.HOURS_MOST, lines.get(LineKey.HOURS, 0)),
        lines.get(LineKey.TRAVEL_MOST, lines.get(LineKey.TRAVEL, 0)),
    ]
    assert lines[LineKey.TOTAL] == sum(counted)
    assert stage <= lines[LineKey.TOTAL] <= stage + hours_most + travel_most
    more = calculate(standard, Told(minutes + 30, travel + 1))[-1].cents
    assert more >= lines[LineKey.TOTAL]


def test_a_standard_is_the_same_after_it_was_kept():
    assert read_standard(STANDARD.to_json()) == STANDARD


@pytest.mark.parametrize("work", Work)
def test_every_work_has_a_standard_with_its_source_from_the_beginning(work):
    first = min((each for each in released() if each.work is work), key=lambda each: each.effective_from)
    assert released_on(work, date(1990, 1, 1)) == first
    assert first.source
    assert first.stage_cents or first.hour_cents
