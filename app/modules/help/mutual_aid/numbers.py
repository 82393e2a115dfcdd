"""What makes two invoices the same: code and number, however they are written. Pure."""

import re

from app.core.halfwidth import fold

DIGITAL = re.compile(r"[0-9]{20}")
"""A fully digital invoice (数电票): its number is unique by itself and it has no code."""
_NOISE = re.compile(r"[^0-9A-Z]")


def plain(text: str) -> str:
    """Digits and capital letters alone."""
    return _NOISE.sub("", fold(text).upper())


def is_digital(number: str) -> bool:
    return DIGITAL.fullmatch(plain(number)) is not None


def invoice_key(code: str, number: str) -> str:
    """The same for every spelling of one invoice."""
    return plain(number) if is_digital(number) else f"{plain(code)}|{plain(number)}"
