"""Words by which a shop without network knows what it is shown (离线核销): another one every hour, made from the voucher's serial
with a key that never leaves the house. A shop's list holds salted hashes of them alone."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.core.halfwidth import fold
from app.core.platform import platform
from app.core.rotating_codes import LETTERS
from tenants.context import current_zone

HOUR = 3600
LENGTH = 10
PURPOSE = "voucher_offline"
_SHOWN = re.compile(r"([0-9A-Z]{10})\.?([0-9A-Z]{10})")


@dataclass(frozen=True, slots=True)
class Hourly:
    """What a voucher's word of one hour (whole hours since 1970) is made from."""

    serial: str
    hour: int


def hour_of(moment: datetime) -> int:
    return int(moment.timestamp()) // HOUR


def words_of(asked: Iterable[Hourly]) -> list[str]:
    """The words, in the order asked for."""
    zone_id = current_zone().id
    proofs = platform().blind_index.of_many(PURPOSE, (f"{zone_id}|{each.serial}|{each.hour}" for each in asked))
    return [_letters(int.from_bytes(proof)) for proof in proofs]


def hash_of(salt: str, asked: Hourly, word: str) -> str:
    """What a list holds of a word: 64 bits in hexadecimal; the page's script makes the same of what is shown."""
    return hashlib.sha256(f"{salt}|{asked.serial}|{asked.hour}|{word}".encode()).hexdigest()[:16]


def read(text: str, moment: datetime) -> str:
    """The serial whose word of that hour or the one before was shown; empty for no good word."""
    found = _SHOWN.fullmatch("".join(fold(text).split()).replace("-", "").upper())
    if not found:
        return ""
    hour = hour_of(moment)
    return found[1] if found[2] in words_of([Hourly(found[1], hour), Hourly(found[1], hour - 1)]) else ""


def _letters(number: int) -> str:
    word = ""
    for _place in range(LENGTH):
        number, letter = divmod(number, len(LETTERS))
        word += LETTERS[letter]
    return word
