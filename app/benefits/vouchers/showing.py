"""The code by which a voucher is shown in a shop (`app.core.rotating_codes`)."""

from typing import Any

from sqlalchemy import select

from app.benefits.vouchers.errors import CodeNotGood
from app.benefits.vouchers.models import Voucher
from app.core.rotating_codes import RotatingCode, Shown
from tenants.database import db

CODE = RotatingCode("voucher_shown", "/console/benefits/redeem/check")


def show(voucher: Voucher) -> Shown:
    """The code of this half minute."""
    return CODE.show(voucher.serial)


def read(text: str) -> Voucher:
    """The voucher whose code of this half minute or the one before was scanned or typed; raises `CodeNotGood`."""
    serial = CODE.read(text)
    voucher: Any = db.session.scalar(select(Voucher).where(Voucher.serial == serial)) if serial else None
    if voucher is None:
        raise CodeNotGood(field="code")
    return voucher
