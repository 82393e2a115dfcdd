"""The arithmetic of a draw, in plain Python: the page says it in words, the database does the same in SQL.

commitment   = SHA-256 of the seed's 32 bytes, followed by the rule of who takes part where there is one
a line       = an entry's id, followed by a blank and its number of chances where it has more than one, and a line feed
list digest  = SHA-256 of the lines of all entries that take part, sorted by their ids
a chance's lot = SHA-256 of seed (hex) + list digest (hex) + entry id, followed from the second chance on by a blank and its number
an entry's lot = the smallest of its chances; the smallest of all is first
"""

import hashlib
from collections.abc import Iterable, Mapping

ONE_EACH: Mapping[str, int] = {}
"""Chances by entry, those with one left out: all have the same."""


def commitment_of(seed: bytes, rule: str = "") -> str:
    return hashlib.sha256(seed + rule.encode()).hexdigest()


def digest_of(entries: Iterable[str], chances: Mapping[str, int] = ONE_EACH) -> str:
    """The digest of the list of entries, whatever their order."""
    lines = (f"{each} {chances[each]}\n" if each in chances else f"{each}\n" for each in sorted(entries))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def lot_of(seed: bytes, digest: str, entry: str, chances: int = 1) -> str:
    names = [entry, *(f"{entry} {number}" for number in range(2, chances + 1))]
    return min(hashlib.sha256(f"{seed.hex()}{digest}{name}".encode()).hexdigest() for name in names)


def draw_order(seed: bytes, entries: Iterable[str], chances: Mapping[str, int] = ONE_EACH) -> list[str]:
    """The entries in the order of the draw."""
    listed = list(entries)
    digest = digest_of(listed, chances)
    return sorted(listed, key=lambda entry: lot_of(seed, digest, entry, chances.get(entry, 1)))
