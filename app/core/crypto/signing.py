"""Small signed payloads: jobs in Redis, preview links, hand-offs. Readable by anyone, made only by us.

Form: `key id . expiry . base64url(JSON) . base64url(HMAC-SHA256)`, with a key derived per purpose, so that a
token made for one purpose is noise for every other. The expiry is in seconds since 1970, or `-` for never.
"""

import base64
import hmac
import json
import time
from datetime import timedelta
from typing import Any

from .errors import CryptoError
from .keys import KeyRing, derive_key

_NEVER = "-"


class Signer:
    """Signs under the ring's current key, accepts any of its keys; safe to share between threads."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring
        self._derived: dict[tuple[str, str], bytes] = {}

    def sign(self, payload: Any, purpose: str, *, expires_in: timedelta | None = None) -> str:
        """A URL-safe token of a JSON value; without `expires_in` it never expires."""
        expiry = _NEVER if expires_in is None else str(int(time.time() + expires_in.total_seconds()))
        body = _encode(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode())
        signed = f"{self._ring.current_id}.{expiry}.{body}"
        return f"{signed}.{_encode(self._mac(self._ring.current_id, purpose, signed))}"

    def verify(self, token: str, purpose: str) -> Any:
        """The payload of a token made for this purpose; raises `CryptoError`: `bad_signature` or `expired`."""
        signed, _, mac = token.rpartition(".")
        key_id, _, rest = signed.partition(".")
        expiry, _, body = rest.partition(".")
        if key_id not in self._ring or not token.isascii():
            raise CryptoError("bad_signature")
        # The text is compared, not its decoded bytes: base64 has several spellings of the same bytes.
        if not hmac.compare_digest(_encode(self._mac(key_id, purpose, signed)), mac):
            raise CryptoError("bad_signature")
        if expiry != _NEVER and time.time() >= int(expiry):
            raise CryptoError("expired")
        return json.loads(_decode(body))

    def _mac(self, key_id: str, purpose: str, signed: str) -> bytes:
        key = self._derived.get((key_id, purpose))
        if key is None:
            key = self._derived[key_id, purpose] = derive_key(self._ring[key_id], f"unionhall signature {purpose}")
        return hmac.digest(key, signed.encode(), "sha256")


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
