"""The arithmetic of a draw, in plain Python: the page says it in words, the database does the same in SQL.

commitment   = SHA-256 of the seed's 32 bytes
list digest  = SHA-256 of the entries' ids, sorted, each followed by a line feed
an entry's lot = SHA-256 of seed (hex) + list digest (hex) + entry id; the smallest is first
"""

import hashlib
from collections.abc import Iterable


def commitment_of(seed: bytes) -> str:
    return hashlib.sha256(seed).hexdigest()


def digest_of(entries: Iterable[str]) -> str:
    """The digest of the list of entries, whatever their order."""
    return hashlib.sha256("".join(f"{each}\n" for each in sorted(entries)).encode()).hexdigest()


def lot_of(seed: bytes, digest: str, entry: str) -> str:
    return hashlib.sha256(f"{seed.hex()}{digest}{entry}".encode()).hexdigest()


def draw_order(seed: bytes, entries: Iterable[str]) -> list[str]:
    """The entries in the order of the draw."""
    listed = list(entries)
    digest = digest_of(listed)
    return sorted(listed, key=lambda entry: lot_of(seed, digest, entry))
