"""The code by which a voucher is shown in a shop (`app.core.rotating_codes`), and the word for one without network."""

from typing import Any

from sqlalchemy import select

from app.benefits.vouchers.errors import CodeNotGood
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.offline_words import Hourly, hour_of, words_of
from app.core.clock import now
from app.core.rotating_codes import RotatingCode, Shown
from tenants.database import db

CODE = RotatingCode("voucher_shown", "/console/benefits/redeem/check")


def show(voucher: Voucher) -> Shown:
    """The code of this half minute, with the word of this hour in the picture."""
    return CODE.show(voucher.serial, beside=offline_word(voucher))


def offline_word(voucher: Voucher) -> str:
    """What a shop without network asks for, in this hour and the next."""
    return words_of([Hourly(voucher.serial, hour_of(now()))])[0]


def read(text: str) -> Voucher:
    """The voucher whose code of this half minute or the one before was scanned or typed; raises `CodeNotGood`."""
    serial = CODE.read(text)
    voucher: Any = db.session.scalar(select(Voucher).where(Voucher.serial == serial)) if serial else None
    if voucher is None:
        raise CodeNotGood(field="code")
    return voucher
