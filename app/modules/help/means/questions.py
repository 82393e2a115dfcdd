"""What forms of help ask about a household's means, and the household in their answers."""

from collections.abc import Mapping
from typing import Any

from babel.lists import format_list
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from app.casework.forms import Choice, Count, Field, Money, Rows, Section, Text
from app.core.i18n import current_locale
from app.modules.help.means.household import Household, Person
from app.modules.help.means.in_force import released
from app.modules.help.means.words import INCOME, LINES, RELATIONS, SITUATIONS

OWN_INCOME = "own_income"
HOUSEHOLD = "household"


def _what_counts() -> str:
    """What the rules count as income, and what they don't."""
    rule_set = released()[1][-1]
    counted, left_out = (
        format_list([str(INCOME[each]) for each in each_of], locale=current_locale())
        for each_of in (rule_set.income, rule_set.no_income)
    )
    return gettext("After tax, on average over the last three months; 0 if none. What counts: %(counted)s. What does not: "
                   "%(left_out)s", counted=counted, left_out=left_out)  # fmt: skip


INCOME_FIELD = Money(OWN_INCOME, _("Your own income, a month"), LazyString(_what_counts), is_required=True)
PEOPLE = Rows(
    HOUSEHOLD, _("Member of the household"), _("Everybody who lives with you and from the same money, without yourself"),
    add=_("Add a person"), most=12,
    columns=(
        Text("who", _("Who it is"), _("For example “my wife” or “younger son”; no name is needed"), is_required=True, most=20),
        Choice("relation", _("Relation to you"), is_required=True, options=RELATIONS),
        Count("age", _("Age"), is_required=True, most=120),
        Choice("situation", _("Situation"), is_required=True, options=SITUATIONS),
        Money("income", _("Income, a month"), _("0 if none"), is_required=True),
    ),
)  # fmt: skip
EXPENSES = (
    Money("rent", LINES["rent"]),
    Money("medical", LINES["medical"], _("After what the insurance pays")),
    Money("school_fees", LINES["school_fees"]),
)
DAMAGE = Money("damage", _("Damage, as you estimate it"), _("What the insurance does not pay"), is_required=True)
YEAR_FEES = Money("year_fees", _("Fees of the school year"), _("Tuition, lodging and books together"), is_required=True)


def means_sections(*fields: Field[Any]) -> tuple[Section, ...]:
    """The sections about a household's means; `fields` follow its income."""
    return (
        Section(_("Your household"), (INCOME_FIELD, PEOPLE, *fields)),
        Section(_("Large expenses"), EXPENSES, note=_("Only what your household pays itself; leave empty what there is not.")),
    )  # fmt: skip


def household_of(answers: Mapping[str, Any]) -> Household | None:
    """The household in the answers to a form; None where the form did not ask for it."""
    if OWN_INCOME not in answers:
        return None
    return Household(
        answers[OWN_INCOME],
        tuple(
            Person(row["who"], row["relation"], row["situation"], row["age"], row["income"])
            for row in answers.get(HOUSEHOLD) or ()
        ),
        _cents(answers, EXPENSES),
        _cents(answers, (DAMAGE, YEAR_FEES)),
    )


def answers_of(household: Household) -> dict[str, Any]:
    """The answers a household comes from."""
    people = [
        {"who": each.who, "relation": each.relation, "age": each.age, "situation": each.situation, "income": each.income_cents}
        for each in household.others
    ]  # fmt: skip
    return {OWN_INCOME: household.income_cents, HOUSEHOLD: people, **household.expenses, **household.once}


def _cents(answers: Mapping[str, Any], fields: tuple[Money, ...]) -> dict[str, int]:
    return {field.key: answers[field.key] for field in fields if answers.get(field.key)}
