"""Declared forms: what a kind of case asks, as data, from which schemas, pages and displays follow."""

from .amounts import Count, Money, yuan
from .choices import Choice, Choices, YesNo
from .conditions import AllOf, AnyOf, Condition, Has, Is, Over
from .days import Day
from .declarations import CaseForm, FormVersions, Paper, Section
from .field import Field, FormError
from .rows import Rows
from .texts import LongText, Mobile, ResidentId, Text

__all__ = [
    "AllOf",
    "AnyOf",
    "CaseForm",
    "Choice",
    "Choices",
    "Condition",
    "Count",
    "Day",
    "Field",
    "FormError",
    "FormVersions",
    "Has",
    "Is",
    "LongText",
    "Mobile",
    "Money",
    "Over",
    "Paper",
    "ResidentId",
    "Rows",
    "Section",
    "Text",
    "YesNo",
    "yuan",
]
