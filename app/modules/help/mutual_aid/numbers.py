"""What makes two invoices the same: the digits of code and number, however they are written and cut. Pure."""

import re

from app.core.halfwidth import fold

DIGITAL = re.compile(r"[0-9]{20}")
"""A fully digital invoice (数电票): its number is unique by itself and it has no code."""
_AS_PRINTED = re.compile(r"(?:NO\.?|№)?[:：]?[0-9]+")
_NOISE = re.compile(r"[^0-9]")
_GAPS = re.compile(r"[\s\-—–_\u200b-\u200f\ufeff]")


def is_as_printed(text: str) -> bool:
    """Whether it is written as invoices have it: digits, with gaps or "No." before them at most."""
    return _AS_PRINTED.fullmatch(_GAPS.sub("", fold(text).upper())) is not None


def plain(text: str) -> str:
    """The digits alone."""
    return _NOISE.sub("", fold(text))


def is_digital(number: str) -> bool:
    return DIGITAL.fullmatch(plain(number)) is not None


def invoice_key(code: str, number: str) -> str:
    """The same for every spelling of one invoice, wherever its code ends and its number begins."""
    return plain(number) if is_digital(number) else plain(code) + plain(number)
