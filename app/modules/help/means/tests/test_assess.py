"""The calculation: its tiers at their very lines, its cents, and what must hold for every household."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.modules.help.means.assess import assess, rounded
from app.modules.help.means.household import Household, Person
from app.modules.help.means.in_force import released
from app.modules.help.means.rules import Rules, Standard, Tier

LINE = 80_000
RULES = Rules(Standard("", date(2026, 1, 1), LINE, "测试"), released()[1][0])
DEPTH = [Tier.DEEP, Tier.RELATIVE, Tier.MISFORTUNE, Tier.ABOVE]


def alone(income: int, damage: int = 0, **expenses: int) -> Household:
    return Household(income, (), expenses, {"damage": damage})


def person(relation: str = "child", situation: str = "school", age: int = 10, income: int = 0) -> Person:
    return Person("孩子", relation, situation, age, income)


def values(household: Household, rules: Rules = RULES) -> dict[str, int]:
    return {line.key: line.value for line in assess(rules, household).lines}


@pytest.mark.parametrize(
    ("household", "tier"),
    [
        (alone(0), Tier.DEEP),
        (alone(LINE), Tier.DEEP),
        (alone(LINE + 1), Tier.RELATIVE),
        (alone(120_000), Tier.RELATIVE),
        (alone(120_001), Tier.ABOVE),
        (alone(240_000, medical=160_000), Tier.MISFORTUNE),
        (alone(240_000, medical=159_999), Tier.ABOVE),
        (alone(240_001, medical=200_000), Tier.ABOVE),
        (alone(200_000, rent=60_000, school_fees=60_000), Tier.MISFORTUNE),
        (alone(200_000, damage=120_000 * 12), Tier.MISFORTUNE),
        (alone(200_000, damage=120_000 * 12 - 7), Tier.ABOVE),
        (alone(200_000, jewels=200_000), Tier.ABOVE),
        (replace(alone(240_000), others=(person(), person())), Tier.DEEP),
        (replace(alone(240_001), others=(person(), person())), Tier.DEEP),
        (replace(alone(240_002), others=(person(), person())), Tier.RELATIVE),
    ],
)
def test_a_household_comes_to_its_tier(household, tier):
    assert assess(RULES, household).tier is tier


@pytest.mark.parametrize(
    ("someone", "counts"),
    [
        (person("spouse", "working", 40), True),
        (person("parent", "working", 60), True),
        (person("child", "working", 17), True),
        (person("child", "working", 18), False),
        (person("child", "school", 22), True),
        (person("child", "unable", 40), True),
        (person("relative", "retired", 70), False),
        (person("relative", "ill", 70), True),
    ],
)
def test_who_counts(someone, counts):
    told = values(replace(alone(100_000), others=(replace(someone, income_cents=50_000),)))
    assert (told["people"], told.get("left_out")) == ((2, None) if counts else (1, 1))
    assert told["income"] == (150_000 if counts else 100_000)


def test_every_line_is_there_to_be_recalculated():
    household = Household(310_000, (person("spouse", "unable", 41), person(), person()),
                          {"rent": 90_000, "medical": 45_050}, {"damage": 100_000})  # fmt: skip
    assert values(household) == {
        "people": 4, "income": 310_000, "per_head": 77_500, "deep": 80_000, "relative": 120_000, "rent": 90_000,
        "medical": 45_050, "damage": 8_333, "left_per_head": 41_654, "misfortune": 80_000,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cents", "parts", "one"), [(0, 3, 0), (1, 2, 1), (1, 3, 0), (2, 3, 1), (5, 2, 3), (100, 3, 33)]
)
def test_a_part_is_rounded_half_up(cents, parts, one):
    assert rounded(cents, parts) == one


def test_rules_that_are_kept_calculate_the_same_later():
    assert Rules.from_json(RULES.to_json()) == RULES
    household = Household(310_000, (person(),), {"rent": 1}, {"damage": 1})
    assert Household.from_json(household.to_json()) == household


amounts = st.integers(0, 1_000_000)
people = st.lists(
    st.builds(
        Person, st.just("家人"), st.sampled_from(["spouse", "child", "parent", "relative"]),
        st.sampled_from(["working", "school", "unable", "ill", "retired", "other"]), st.integers(0, 110), amounts,
    ), max_size=9,
)  # fmt: skip
households = st.builds(
    Household, amounts, people.map(tuple), st.fixed_dictionaries({}, optional={"rent": amounts, "medical": amounts}),
    st.fixed_dictionaries({}, optional={"damage": amounts}),
)  # fmt: skip


@given(households, st.integers(0, 9), st.integers(1, 1_000_000))
def test_more_income_never_gives_a_deeper_tier(household, whose, more):
    if whose < len(household.others):
        others = list(household.others)
        others[whose] = replace(others[whose], income_cents=others[whose].income_cents + more)
        richer = replace(household, others=tuple(others))
    else:
        richer = replace(household, income_cents=household.income_cents + more)
    assert DEPTH.index(assess(RULES, richer).tier) >= DEPTH.index(assess(RULES, household).tier)


@given(households, amounts)
def test_more_expenses_never_lift_a_household(household, more):
    poorer = replace(household, expenses={**household.expenses, "medical": household.expenses.get("medical", 0) + more})
    assert DEPTH.index(assess(RULES, poorer).tier) <= DEPTH.index(assess(RULES, household).tier)


@given(households, st.randoms())
def test_the_order_of_people_does_not_matter(household, chance):
    others = list(household.others)
    chance.shuffle(others)
    assert assess(RULES, replace(household, others=tuple(others))) == assess(RULES, household)


@given(st.integers(0, 10**12), st.integers(1, 50))
def test_parts_are_exact_to_half_a_cent(cents, parts):
    assert abs(2 * (rounded(cents, parts) * parts - cents)) <= parts
    assert isinstance(rounded(cents, parts), int)
