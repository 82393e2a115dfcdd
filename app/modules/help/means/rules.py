"""The rules of the calculation as values: the local line, the union's multiples of it, who and what counts. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Tier(StrEnum):
    """What a calculation comes to, the deepest first: 深度困难, 相对困难, 意外致困, or above the lines."""

    DEEP = "deep"
    RELATIVE = "relative"
    MISFORTUNE = "misfortune"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Standard:
    """The minimum living standard (低保标准) of a region: cents a person and month. An empty `region` is the whole city."""

    region: str
    effective_from: date
    line_cents: int
    source: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The union's own part of the rules, as `rules.toml` explains them; money in cents."""

    version: str
    effective_from: date
    source: str
    deep_percent: int
    relative_percent: int
    misfortune_percent: int
    misfortune_income_percent: int
    counted: tuple[str, ...]
    counted_if_dependent: tuple[str, ...]
    dependent_below_age: int
    dependent_situations: tuple[str, ...]
    income: tuple[str, ...]
    no_income: tuple[str, ...]
    expenses: tuple[str, ...]
    once: tuple[str, ...]
    once_months: int
    amounts_cents: Mapping[str, Mapping[str, tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Rules:
    """What one case is calculated by."""

    standard: Standard
    rule_set: RuleSet

    def usual_cents(self, kind_name: str, tier: Tier) -> tuple[int, int] | None:
        """From and to how much is usually granted; None where nothing is said of the kind or tier."""
        return self.rule_set.amounts_cents.get(kind_name, {}).get(tier)

    def to_json(self) -> dict[str, Any]:
        """As it is kept with a case: whatever changes later, `from_json` gives the same rules."""
        kept = asdict(self)
        for part in kept.values():
            part["effective_from"] = part["effective_from"].isoformat()
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Rules":
        return cls(read_standard(kept["standard"]), read_rule_set(kept["rule_set"]))


def read_standard(written: Mapping[str, Any]) -> Standard:
    return Standard(**{"region": "", **written, "effective_from": _day(written["effective_from"])})


def read_rule_set(written: Mapping[str, Any]) -> RuleSet:
    """Of TOML or JSON, in which there are no tuples."""
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in written.items()}
    amounts = {
        kind: {tier: (first, last) for tier, (first, last) in tiers.items()}
        for kind, tiers in written["amounts_cents"].items()
    }
    return RuleSet(**{**plain, "effective_from": _day(written["effective_from"]), "amounts_cents": amounts})


def _day(written: str | date) -> date:
    return date.fromisoformat(written) if isinstance(written, str) else written
