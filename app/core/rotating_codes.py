"""Codes by which somebody shows at a counter what is theirs: another one every half minute, so that a picture of one is soon worthless.

A code is a serial, the half minute since 1970 and a keyed hash (HMAC-SHA256) of both, in the QR code whole, for typing as six digits.
"""

import hmac
import re
import secrets
import time
from dataclasses import dataclass

import segno

from app.core.halfwidth import fold
from app.core.platform import platform
from tenants.context import current_zone

LASTS = 30
"""Seconds that a code is shown."""
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else when it is read or typed."""
LENGTH = 10
_SERIALS = len(LETTERS) ** LENGTH
_PAIRS = [one + other for one in LETTERS for other in LETTERS]
_SCANNED = re.compile(r"([0-9A-Z]{10})\.([0-9]{1,12})\.([0-9a-f]{32})")
_TYPED = re.compile(r"([0-9A-Z]{10})([0-9ILO]{6})")
_MEANT = str.maketrans("ILO", "110")
"""What is typed for a digit that looks like it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the member's page shows: the QR code as an image's address, and what to type where nothing scans."""

    picture: str
    typed: str


@dataclass(frozen=True, slots=True)
class RotatingCode:
    """Codes for one purpose: those of another are not good here. `path` is the zone's page that a scanned one opens."""

    purpose: str
    path: str

    def show(self, serial: str, *, beside: str = "") -> Shown:
        """The code of this half minute; the QR code carries `beside` too, for who reads it without asking us."""
        step = _step()
        link = f"{self.path}?code={serial}.{step}.{self._proof(serial, step).hex()}{beside and '.'}{beside}"
        picture = qr_picture(platform().url(current_zone().host, link))
        return Shown(picture, f"{serial[:4]} {serial[4:7]} {serial[7:]} {self._digits(serial, step)}")

    def read(self, text: str) -> str:
        """The serial whose code of this half minute or the one before was scanned or typed; empty for no good code."""
        folded, step = fold(text).strip(), _step()
        if found := _SCANNED.search(folded):
            serial, shown = found[1], int(found[2])
            is_good = shown in (step, step - 1) and hmac.compare_digest(found[3], self._proof(serial, shown).hex())
        elif found := _TYPED.fullmatch("".join(folded.split()).replace("-", "").upper()):
            serial, digits = found[1], found[2].translate(_MEANT)
            is_good = any(hmac.compare_digest(digits, self._digits(serial, each)) for each in (step, step - 1))
        else:
            return ""
        return serial if is_good else ""

    def _proof(self, serial: str, step: int) -> bytes:
        return platform().blind_index.of(self.purpose, f"{current_zone().id}|{serial}|{step}")

    def _digits(self, serial: str, step: int) -> str:
        return f"{int.from_bytes(self._proof(serial, step)) % 1_000_000:06d}"


def new_serial() -> str:
    """Ten letters by lot, all from one number: drawn one by one they would cost a hot campaign more than its statements do."""
    number, pairs = secrets.randbelow(_SERIALS), []
    for _ in range(LENGTH // 2):
        number, pair = divmod(number, len(_PAIRS))
        pairs.append(_PAIRS[pair])
    return "".join(pairs)


def qr_picture(link: str) -> str:
    """A link as a QR code, as an image's address."""
    return segno.make(link, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#111")


def _step() -> int:
    return int(time.time()) // LASTS
