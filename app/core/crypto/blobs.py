"""Whole files, encrypted at rest. Layout: `key id length (1) | key id | nonce (12) | ciphertext and tag`.

AES-256-GCM under a key derived for files from the ring's; associated data is the file's place, so that bytes moved to
another file or zone do not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError
from .keys import KeyRing, derive_key

_NONCE = 12


class BlobCipher:
    """Seals bytes under the ring's current key, opens them under any of its keys."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {key_id: AESGCM(derive_key(ring[key_id], "unionhall files")) for key_id in ring}
        self._current_id = ring.current_id

    def seal(self, data: bytes, place: str) -> bytes:
        key_id = self._current_id.encode()
        nonce = os.urandom(_NONCE)
        return (
            bytes([len(key_id)]) + key_id + nonce + self._ciphers[self._current_id].encrypt(nonce, data, place.encode())
        )

    def open(self, sealed: bytes, place: str) -> bytes:
        """The bytes sealed for exactly this place; raises `CryptoError`: `unknown_key` or `tampered`."""
        start = 1 + sealed[0]
        key_id = sealed[1:start].decode("ascii", "replace")
        if key_id not in self._ciphers:
            raise CryptoError("unknown_key", key_id=key_id)
        nonce, body = sealed[start : start + _NONCE], sealed[start + _NONCE :]
        try:
            return self._ciphers[key_id].decrypt(nonce, body, place.encode())
        except InvalidTag:
            raise CryptoError("tampered") from None
