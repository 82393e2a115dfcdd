"""Which cells of a table are not told, because they are about too few people (小样本保护). Pure."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

FEWEST = 3
Key = TypeVar("Key", bound=Hashable)


def hidden_cells(counts: Mapping[Key, int]) -> set[Key]:
    """The cells with one or two cases, and as many of the next smallest as keep these from being found by subtraction."""
    by_size = sorted((count, place) for place, count in enumerate(counts.values()) if count)
    keys = list(counts)
    hidden = [(count, place) for count, place in by_size if count < FEWEST]
    more = by_size[len(hidden) :]
    while hidden and sum(count for count, _ in hidden) < FEWEST and more:
        hidden.append(more.pop(0))
    return {keys[place] for _, place in hidden}
