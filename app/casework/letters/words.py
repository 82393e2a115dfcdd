"""Words of a letter, and what is put into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_currency

from app.casework.letters.chinese_amounts import chinese_amount

Words = Mapping[str, str]
"""A text in every language, with plain `{name}` where a fact stands."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Money in a letter."""

    cents: int


Fact = str | date | Amount


def told(fact: Fact, locale: str) -> str:
    """A fact as a letter in this language says it; what people typed is never read as words with places."""
    if isinstance(fact, Amount):
        figures = format_currency(Decimal(fact.cents) / 100, "CNY", locale=locale)
        return f"{chinese_amount(fact.cents)}（{figures}）" if locale == "zh_CN" else figures
    if isinstance(fact, date):
        return written_day(fact, locale)
    return fact


def written_day(day: date, locale: str) -> str:
    """`2026年11月6日`: official letters date themselves in figures, without leading zeros (GB/T 9704—2012, 7.3.5.4)."""
    return format_date(day, "long", locale=locale)


def filled(words: Words, said: Mapping[str, str], locale: str) -> str:
    """The words with what the facts say."""
    return words[locale].format_map(said)
