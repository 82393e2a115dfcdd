"""Equality search over encrypted values: the same value always has the same index, and the index tells nothing else."""

import hmac
from collections.abc import Iterable

from .keys import derive_key


class BlindIndex:
    """HMAC-SHA256, cut to `size` bytes, under a key of its own for every kind of value ("phone", "id_number").

    The key is not rotated with the encryption keys: another key means another index for every row. Callers
    normalise first (E.164, upper-case X). 16 bytes among 10⁹ values collide with a probability below 10⁻²⁰.
    """

    def __init__(self, key: bytes, *, size: int = 16) -> None:
        if len(key) < 32 or not 16 <= size <= 32:
            raise ValueError("a blind index needs a key of at least 32 bytes and a size of 16 to 32 bytes")
        self._key = key
        self._size = size
        self._kinds: dict[str, bytes] = {}

    def of(self, kind: str, value: str) -> bytes:
        """The index of one normalised value."""
        return hmac.digest(self._key_of(kind), value.encode(), "sha256")[: self._size]

    def of_many(self, kind: str, values: Iterable[str]) -> list[bytes]:
        """The indexes of many values of one kind, in their order."""
        key, size, digest = self._key_of(kind), self._size, hmac.digest
        return [digest(key, value.encode(), "sha256")[:size] for value in values]

    def _key_of(self, kind: str) -> bytes:
        key = self._kinds.get(kind)
        if key is None:
            key = self._kinds[kind] = derive_key(self._key, f"unionhall blind index {kind}")
        return key
