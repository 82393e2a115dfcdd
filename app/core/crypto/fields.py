"""One column of one row, encrypted so that it can neither be read nor moved to another row, column or table.

Layout of a sealed value, version 1: `01 | length of key id (1) | key id | nonce (12) | ciphertext and tag (n + 16)`.
AES-256-GCM; associated data `table|column|<16 bytes of the row's UUID>|key id`. Nonces are random: NIST SP 800-38D
allows 2³² of them under one key, so a key should be replaced before four thousand million values were written.
"""

import os
import re
from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .errors import CryptoError
from .keys import KeyRing

VERSION = 1
_NONCE = 12
_TAG = 16
_NAME = re.compile(r"[a-z_][a-z0-9_.]*")

Plain = tuple[UUID, str]
"""A row's id and what its column says."""
Sealed = tuple[UUID, bytes]
"""A row's id and the sealed form of what its column says."""


@lru_cache(maxsize=256)
def _place(table: str, column: str) -> bytes:
    for name in (table, column):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not the name of a table or column: {name!r}")
    return f"{table}|{column}|".encode()


class FieldCipher:
    """Encrypts under the ring's current key and decrypts under any of its keys; safe to share between threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {key_id: AESGCM(ring[key_id]) for key_id in ring}
        self._current_id = ring.current_id

    def encrypt(self, plain: str, *, table: str, column: str, row: UUID) -> bytes:
        """The sealed form of `plain`; two calls never give the same bytes."""
        return self.encrypt_many([(row, plain)], table=table, column=column)[0]

    def encrypt_many(self, rows: Iterable[Plain], *, table: str, column: str) -> list[bytes]:
        """The sealed forms of one column of many rows, in their order."""
        rows = list(rows)
        place, suffix, header = _place(table, column), b"|" + self._current_id.encode(), _header(self._current_id)
        seal = self._ciphers[self._current_id].encrypt
        nonces = os.urandom(_NONCE * len(rows))
        sealed = []
        for position, (row, plain) in enumerate(rows):
            nonce = nonces[position * _NONCE : (position + 1) * _NONCE]
            sealed.append(header + nonce + seal(nonce, plain.encode(), place + row.bytes + suffix))
        return sealed

    def decrypt(self, blob: bytes, *, table: str, column: str, row: UUID) -> str:
        """What was encrypted for exactly this place.

        Raises `CryptoError`: `malformed`, `unknown_key`, or `tampered` when the bytes or the place differ.
        """
        return self.decrypt_many([(row, blob)], table=table, column=column)[0]

    def decrypt_many(self, rows: Iterable[Sealed], *, table: str, column: str) -> list[str]:
        """The plain texts of one column of many rows, in their order; raises like `decrypt` at the first bad one."""
        place = _place(table, column)
        plain = []
        for row, blob in rows:
            key_id, start = _parse(blob)
            cipher = self._ciphers.get(key_id)
            if cipher is None:
                raise CryptoError("unknown_key", key_id=key_id)
            associated = place + row.bytes + b"|" + key_id.encode()
            body = start + _NONCE
            try:
                plain.append(cipher.decrypt(bytes(blob[start:body]), bytes(blob[body:]), associated).decode())
            except InvalidTag:
                raise CryptoError("tampered") from None
        return plain

    def key_id_of(self, blob: bytes) -> str:
        """The id of the key a value is sealed under; raises `CryptoError("malformed")`."""
        return _parse(blob)[0]

    def needs_rotation(self, blob: bytes) -> bool:
        """Whether the value is sealed under another key than the current one."""
        return self.key_id_of(blob) != self._current_id


def _header(key_id: str) -> bytes:
    return bytes((VERSION, len(key_id))) + key_id.encode()


@lru_cache(maxsize=64)
def _text(key_id: bytes) -> str:
    return key_id.decode("ascii")


def _parse(blob: bytes) -> tuple[str, int]:
    """The key id and where the nonce starts."""
    if len(blob) < 2 or blob[0] != VERSION or not blob[1] or len(blob) < 2 + blob[1] + _NONCE + _TAG:
        raise CryptoError("malformed")
    start = 2 + blob[1]
    try:
        return _text(bytes(blob[2:start])), start
    except UnicodeDecodeError:
        raise CryptoError("malformed") from None
