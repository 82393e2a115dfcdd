"""Numbers of bank accounts in China: cards of UnionPay (银联) carry a check digit, other accounts have none to check."""

import re

from stdnum import luhn

from app.core.halfwidth import fold

from .errors import IdentifierError

_SEPARATORS = re.compile(r"[\s-]")
_NUMBER = re.compile(r"[0-9]{8,32}")
# Every bank's cards of UnionPay begin with 62 (JR/T 0008); accounts of companies and passbooks begin with anything.
_CARD = re.compile(r"62[0-9]{14,17}")


def parse_bank_account(text: str) -> str:
    """The digits, without the spaces and dashes people write between them.

    Raises `IdentifierError`: `account_form`, `account_checksum`.
    """
    number = _SEPARATORS.sub("", fold(text))
    if not _NUMBER.fullmatch(number):
        raise IdentifierError("account_form")
    if _CARD.fullmatch(number) and not luhn.is_valid(number):
        raise IdentifierError("account_checksum")
    return number
