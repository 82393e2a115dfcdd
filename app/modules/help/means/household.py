"""A household as it is calculated with. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who lives with the applicant; `relation` and `situation` as the form names them, `who` in their own words."""

    who: str
    relation: str
    situation: str
    age: int
    income_cents: int


@dataclass(frozen=True, slots=True)
class Household:
    """What the applicant and everybody with them have and spend: cents a month; `once` are cents that come once or once a year."""

    income_cents: int
    others: tuple[Person, ...]
    expenses: Mapping[str, int]
    once: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Household":
        return cls(**{**kept, "others": tuple(Person(**person) for person in kept["others"])})
