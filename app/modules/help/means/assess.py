"""The calculation: from a household and the rules to lines people can follow, and a tier. Pure.

Every division is of whole cents and rounded half up to a cent; what was rounded is what is shown and compared.
"""

from dataclasses import dataclass

from app.modules.help.means.household import Household, Person
from app.modules.help.means.rules import Rules, RuleSet, Tier

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a calculation; `value` is in cents, or people where it `counts_people`."""

    key: str
    value: int
    counts_people: bool = False


@dataclass(frozen=True, slots=True)
class Assessment:
    """The lines in the order of the calculation, and what they come to: no decision, which is the union's."""

    lines: tuple[Line, ...]
    tier: Tier


def assess(rules: Rules, household: Household) -> Assessment:
    """Income per head against the lines and, above them, what large expenses leave of it."""
    rule_set, line = rules.rule_set, rules.standard.line_cents
    counted = [person for person in household.others if _counts(rule_set, person)]
    people, left_out = 1 + len(counted), len(household.others) - len(counted)
    income = household.income_cents + sum(person.income_cents for person in counted)
    expenses = _monthly_expenses(rule_set, household)
    per_head = rounded(income, people)
    left_per_head = rounded(max(0, income - sum(expenses.values())), people)
    deep, relative, most_income, least_left = (
        rounded(line * percent, PERCENT)
        for percent in (
            rule_set.deep_percent,
            rule_set.relative_percent,
            rule_set.misfortune_income_percent,
            rule_set.misfortune_percent,
        )
    )
    if per_head <= deep:
        tier = Tier.DEEP
    elif per_head <= relative:
        tier = Tier.RELATIVE
    elif per_head <= most_income and left_per_head <= least_left:
        tier = Tier.MISFORTUNE
    else:
        tier = Tier.ABOVE
    return Assessment(
        (
            Line("people", people, counts_people=True),
            *([Line("left_out", left_out, counts_people=True)] if left_out else []),
            Line("income", income),
            Line("per_head", per_head),
            Line("deep", deep),
            Line("relative", relative),
            *(Line(what, cents) for what, cents in expenses.items()),
            Line("left_per_head", left_per_head),
            Line("misfortune", least_left),
        ),
        tier,
    )


def rounded(cents: int, parts: int) -> int:
    """One of so many equal parts, rounded half up; cents are 0 or more."""
    return (2 * cents + parts) // (2 * parts)


def _counts(rule_set: RuleSet, person: Person) -> bool:
    is_dependent = person.age < rule_set.dependent_below_age or person.situation in rule_set.dependent_situations
    return person.relation in rule_set.counted or (person.relation in rule_set.counted_if_dependent and is_dependent)


def _monthly_expenses(rule_set: RuleSet, household: Household) -> dict[str, int]:
    """What counts of the expenses, and the month's part of what comes once."""
    by_month = {what: household.expenses.get(what, 0) for what in rule_set.expenses}
    once = {what: rounded(household.once.get(what, 0), rule_set.once_months) for what in rule_set.once}
    return {what: cents for what, cents in (by_month | once).items() if cents}
