"""What features add to the page of a case's archive, beside what every case has: lines under a title."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.casework.models import Case
from app.core.modules import Text

Line = tuple[Text, Text]
"""What something is called, and what is said of it."""


@dataclass(frozen=True, slots=True)
class FilePart:
    """`lines(case, for_member)` stand under `title`; where there are none, neither does it."""

    title: Text
    lines: Callable[[Case, bool], list[Line]]


@dataclass(frozen=True, slots=True)
class WrittenPart:
    title: Text
    lines: list[Line]


def written(parts: Iterable[FilePart], case: Case, *, for_member: bool) -> list[WrittenPart]:
    """The parts that have something to say of this case."""
    found = (WrittenPart(part.title, part.lines(case, for_member)) for part in parts)
    return [part for part in found if part.lines]
