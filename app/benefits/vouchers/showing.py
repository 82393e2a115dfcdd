"""The code by which a voucher is shown in a shop: another one every half minute, so that a picture of it is soon worthless.

It is the voucher's serial, the half minute since 1970 and a keyed hash (HMAC-SHA256) of both, in the QR code whole, for typing as six digits.
"""

import hmac
import re
import time
from dataclasses import dataclass
from typing import Any

import segno
from sqlalchemy import select

from app.benefits.vouchers.errors import CodeNotGood
from app.benefits.vouchers.models import Voucher
from app.core.halfwidth import fold
from app.core.platform import platform
from tenants.context import current_zone
from tenants.database import db

LASTS = 30
"""Seconds that a code is shown."""
_SCANNED = re.compile(r"([0-9A-Z]{10})\.([0-9]{1,12})\.([0-9a-f]{32})")
_TYPED = re.compile(r"([0-9A-Z]{10})([0-9]{6})")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the member's page shows: the QR code as an image's address, and what to type where nothing scans."""

    picture: str
    typed: str


def show(voucher: Voucher) -> Shown:
    """The code of this half minute."""
    step, zone = _step(), current_zone()
    scanned = f"{voucher.serial}.{step}.{_proof(voucher.serial, step).hex()}"
    link = platform().url(zone.host, f"/console/benefits/redeem/check?code={scanned}")
    picture = segno.make(link, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#111")
    serial = f"{voucher.serial[:4]} {voucher.serial[4:7]} {voucher.serial[7:]}"
    return Shown(picture, f"{serial} {_digits(voucher.serial, step)}")


def read(text: str) -> Voucher:
    """The voucher whose code of this half minute or the one before was scanned or typed; raises `CodeNotGood`."""
    folded = fold(text).strip()
    step = _step()
    if found := _SCANNED.search(folded):
        serial, shown = found[1], int(found[2])
        is_good = shown in (step, step - 1) and hmac.compare_digest(found[3], _proof(serial, shown).hex())
    elif found := _TYPED.fullmatch("".join(folded.split()).replace("-", "").upper()):
        serial = found[1]
        is_good = any(hmac.compare_digest(found[2], _digits(serial, each)) for each in (step, step - 1))
    else:
        raise CodeNotGood(field="code")
    voucher: Any = db.session.scalar(select(Voucher).where(Voucher.serial == serial)) if is_good else None
    if voucher is None:
        raise CodeNotGood(field="code")
    return voucher


def _step() -> int:
    return int(time.time()) // LASTS


def _proof(serial: str, step: int) -> bytes:
    return platform().blind_index.of("voucher_shown", f"{current_zone().id}|{serial}|{step}")


def _digits(serial: str, step: int) -> str:
    return f"{int.from_bytes(_proof(serial, step)) % 1_000_000:06d}"
