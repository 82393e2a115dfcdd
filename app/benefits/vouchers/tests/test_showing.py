"""The code at the counter: what a clerk's eye mistakes is read as it was meant, and nothing else is."""

from datetime import timedelta

import pytest
import time_machine

from app.benefits.vouchers.errors import CodeNotGood
from app.benefits.vouchers.showing import read, show
from app.core.clock import now
from app.core.rotating_codes import LASTS


def test_letters_typed_for_digits_that_look_like_them_are_read_as_these(market):
    voucher, began = market.voucher(market.one()), now()
    for step in range(500):
        with time_machine.travel(began + timedelta(seconds=LASTS * step), tick=False), market.staff():
            serial, digits = show(voucher).typed.rsplit(" ", 1)
            if not {"0", "1"} <= set(digits):
                continue
            for zero, one in ("OI", "ol", "0L"):
                assert read(f"{serial} {digits.replace('0', zero).replace('1', one)}").id == voucher.id
            with pytest.raises(CodeNotGood):
                read(f"{serial} {digits.replace('0', '1')}")
            return
    raise AssertionError("no code has both digits")
