"""Time-ordered identifiers."""

import os
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last = 0


def uuid7() -> UUID:
    """A version 7 UUID (RFC 9562): milliseconds since 1970, then a counter and random bits.

    Ids made by one process rise strictly, so they order rows by creation within it.
    """
    global _last
    stamp = (time.time_ns() // 1_000_000) << 12
    with _lock:
        _last = max(_last + 1, stamp)
        stamp = _last
    milliseconds, counter = stamp >> 12, stamp & 0xFFF
    random_bits = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return UUID(int=(milliseconds << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | random_bits)
