"""What a kind of case says of its public notice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublicNotice:
    """Grants of a kind are put on public notice for so many working `days`.

    Only whose consent said so are listed: the one of version `since`, or a later one of the kind.
    """

    since: str
    days: int = 5
