"""What a plan pays: by examples computed by hand, and by what holds for every formula and every heap of invoices."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.help.mutual_aid.formula import INVOICE_KINDS, Formula, Invoice, Tier, calculate

ALL = frozenset(INVOICE_KINDS)
PLAN = Formula(
    50_000, (Tier(0, 50), Tier(1_000_000, 60), Tier(3_000_000, 70)), 2_000_000, 3_000_000, ALL - {"pharmacy"}
)

# self-paid by kind in cents, paid before, what the plan pays: each computed by hand
BY_HAND = [
    ([], 0, 0),
    ([("inpatient", 50_000)], 0, 0),  # all of it is the deductible
    ([("inpatient", 50_001)], 0, 0),  # half a cent is cut off
    ([("inpatient", 50_002)], 0, 1),
    ([("inpatient", 150_000)], 0, 50_000),  # (1,500 − 500) × 50 %
    ([("pharmacy", 900_000)], 0, 0),  # not counted
    ([("inpatient", 150_000), ("pharmacy", 900_000)], 0, 50_000),
    ([("inpatient", 100_000), ("outpatient", 50_000)], 0, 50_000),
    ([("inpatient", 1_050_000)], 0, 500_000),  # 10,000 × 50 %
    ([("inpatient", 1_550_000)], 0, 800_000),  # 5,000 + 5,000 × 60 %
    ([("inpatient", 3_150_033)], 0, 1_770_023),  # 5,000 + 12,000 + 1,000.33 × 70 %, cut to 700.23
    ([("inpatient", 9_000_000)], 0, 2_000_000),  # capped: one claim
    ([("inpatient", 9_000_000)], 1_500_000, 1_500_000),  # capped: what is left of the period
    ([("inpatient", 150_000)], 2_980_000, 20_000),
    ([("inpatient", 150_000)], 3_000_000, 0),
    ([("inpatient", 150_000)], 3_100_000, 0),
]


@pytest.mark.parametrize(("told", "paid_before", "paid"), BY_HAND)
def test_examples_computed_by_hand(told, paid_before, paid):
    assert calculate(PLAN, [Invoice(*each) for each in told], paid_before).cents == paid


def test_a_gap_below_the_first_tier_pays_nothing():
    formula = Formula(0, (Tier(100_000, 50),), 10**9, 10**9, ALL)
    assert calculate(formula, [Invoice("inpatient", 100_000)], 0).cents == 0
    assert calculate(formula, [Invoice("inpatient", 100_200)], 0).cents == 100


cents = st.integers(0, 10**9)
invoices = st.lists(st.builds(Invoice, st.sampled_from(sorted(INVOICE_KINDS)), cents), max_size=6)


@st.composite
def formulas(draw) -> Formula:
    overs = sorted(draw(st.sets(cents, min_size=1, max_size=4)))
    tiers = tuple(Tier(over, draw(st.integers(0, 100))) for over in overs)
    return Formula(draw(cents), tiers, draw(st.integers(1, 10**9)), draw(st.integers(1, 10**9)),
                   draw(st.frozensets(st.sampled_from(sorted(INVOICE_KINDS)), min_size=1)))  # fmt: skip


@given(formulas(), invoices, cents)
def test_it_is_whole_cents_from_nothing_to_the_caps_and_what_was_paid_oneself(formula, told, paid_before):
    paid = calculate(formula, told, paid_before).cents
    assert isinstance(paid, int)
    assert 0 <= paid <= formula.claim_cap_cents
    assert paid <= max(0, formula.period_cap_cents - paid_before)
    assert paid <= sum(invoice.self_paid_cents for invoice in told if invoice.kind in formula.counted)


@given(formulas(), invoices, cents, st.data())
def test_who_paid_more_gets_no_less(formula, told, paid_before, data):
    more = [Invoice(each.kind, each.self_paid_cents + data.draw(cents)) for each in told]
    assert calculate(formula, more, paid_before).cents >= calculate(formula, told, paid_before).cents


@given(formulas(), invoices, cents, st.randoms())
def test_the_order_of_invoices_does_not_matter(formula, told, paid_before, chance):
    mixed = list(told)
    chance.shuffle(mixed)
    assert calculate(formula, mixed, paid_before) == calculate(formula, told, paid_before)


@given(formulas(), invoices, cents)
def test_the_lines_that_follow_the_deductible_add_up_to_it(formula, told, paid_before):
    found = calculate(formula, told, paid_before)
    deductible = next(
        place
        for place, line in enumerate(found.lines)
        if "Deductible" in str(line.words) or "起付额" in str(line.words)
    )
    assert sum(line.cents for line in found.lines[deductible + 1 :]) == found.cents
