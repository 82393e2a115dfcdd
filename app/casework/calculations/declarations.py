"""A calculation as people check it: line by line, in cents."""

from dataclasses import dataclass

from app.core.modules import Text


@dataclass(frozen=True, slots=True)
class CalculationLine:
    """One line: what it is, and how much; negative where something is taken off."""

    words: Text
    cents: int


@dataclass(frozen=True, slots=True)
class Calculation:
    """What comes out of declared rules. `by` names the rules and their source, `notes` say what the reader should know of it."""

    lines: tuple[CalculationLine, ...]
    cents: int
    by: Text = ""
    notes: tuple[Text, ...] = ()
