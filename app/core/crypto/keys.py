"""Named 256-bit keys: the first of the list writes, all of them read, so a key can be replaced in operation."""

import base64
import binascii
import os
import re
from collections.abc import Iterator, Mapping
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .errors import CryptoError

KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


def derive_key(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869, the purpose as `info`), independent of all others."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


class KeyRing:
    """Keys by id, in the order of the list; the first is the one new data is written under."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise CryptoError("bad_key_spec", reason="it is empty")
        self._keys = dict(keys)
        self.current_id = next(iter(self._keys))

    @classmethod
    def from_spec(cls, spec: str) -> Self:
        """The key ring of `"k1:base64,k0:base64"`, the current key first, each 32 bytes in base64 (either alphabet).

        Raises `CryptoError("bad_key_spec")` with the key's name and the reason, never its value.
        """
        keys: dict[str, bytes] = {}
        for position, entry in enumerate(filter(None, (part.strip() for part in spec.split(","))), start=1):
            key_id, colon, encoded = entry.partition(":")
            if not colon or not _KEY_ID.fullmatch(key_id):
                raise CryptoError("bad_key_spec", reason=f"entry {position} has no usable name before a colon")
            if key_id in keys:
                raise CryptoError("bad_key_spec", reason=f"the name {key_id} is used twice")
            keys[key_id] = _decode(key_id, encoded)
        return cls(keys)

    @staticmethod
    def new_spec(key_id: str = "k1") -> str:
        """A list of one fresh random key, to be kept in the settings."""
        return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()}"

    def __getitem__(self, key_id: str) -> bytes:
        """The key of that id; raises `CryptoError("unknown_key")`."""
        try:
            return self._keys[key_id]
        except KeyError:
            raise CryptoError("unknown_key", key_id=key_id) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._keys

    def __repr__(self) -> str:
        """Names only: settings are printed in tracebacks."""
        return f"KeyRing({', '.join(self._keys)})"


def _decode(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error:
        raise CryptoError("bad_key_spec", reason=f"the key {key_id} is not base64") from None
    if len(key) != KEY_BYTES:
        raise CryptoError("bad_key_spec", reason=f"the key {key_id} has {len(key)} bytes instead of {KEY_BYTES}")
    return key
