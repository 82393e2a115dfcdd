"""Which cells of a table are not told, because they are about too few people (小样本保护). Pure."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

FEWEST = 3
Key = TypeVar("Key", bound=Hashable)


def is_small(count: int) -> bool:
    """Whether a number is about one or two people."""
    return 0 < count < FEWEST


def may_be_totalled(counts: Mapping[Key, int]) -> bool:
    """Whether the sum of a table may be told beside it.

    Another period hides other cells beside the small ones, so only these stay hidden whatever is asked for: together they have to
    be about enough people.
    """
    return not is_small(sum(count for count in counts.values() if is_small(count)))


def hidden_cells(counts: Mapping[Key, int]) -> set[Key]:
    """The cells with one or two cases, and as many of the next smallest as keep these from being found by subtraction."""
    by_size = sorted((count, place) for place, count in enumerate(counts.values()) if count)
    keys = list(counts)
    hidden = [(count, place) for count, place in by_size if count < FEWEST]
    more = by_size[len(hidden) :]
    while hidden and sum(count for count, _ in hidden) < FEWEST and more:
        hidden.append(more.pop(0))
    return {keys[place] for _, place in hidden}


def points_of_a_sum(unknown: Sequence[int]) -> list[bool]:
    """At which steps a running sum may be told, where of each step so many cases are never told otherwise.

    What two told points differ by, and what is left after the last one, is about as many hidden cases as may be told.
    """
    told, left, since = [], sum(unknown), 0
    for hidden in unknown:
        since, left = since + hidden, left - hidden
        is_told = all(count == 0 or count >= FEWEST for count in (since, left))
        told.append(is_told)
        since = 0 if is_told else since
    return told
