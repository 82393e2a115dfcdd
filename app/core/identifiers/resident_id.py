"""Resident identity numbers (公民身份号码) after GB 11643-1999: region (6), birth date (8), order (3), check (1)."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.core.clock import today_in_china
from app.core.halfwidth import fold

from .errors import IdentifierError

# GB/T 2260: the first two digits are a province. Counties come and go and a number keeps the code of its first issue,
# so they are not looked up. 81, 82 and 83 are the residence permits of people from Hong Kong, Macao and Taiwan.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
_FORM = re.compile(r"[0-9]{17}[0-9X]")
_OLD_FORM = re.compile(r"[0-9]{15}")
# ISO 7064, MOD 11-2: the weight of the i-th of 17 digits is 2^(17-i) mod 11.
_WEIGHTS = tuple(pow(2, 17 - position, 11) for position in range(17))
_CHECKS = "10X98765432"

Gender = Literal["female", "male"]


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A checked number, upper-case, with what it says about its holder. `region` has six digits."""

    number: str
    region: str
    birth_date: date
    gender: Gender

    def __repr__(self) -> str:
        """Nothing of the person: objects end up in logs."""
        return "ResidentId(…)"


def check_character(digits: str) -> str:
    """The check character (0–9 or X) of the first 17 digits."""
    return _CHECKS[sum(weight * (ord(digit) - 48) for weight, digit in zip(_WEIGHTS, digits, strict=True)) % 11]


def parse_resident_id(text: str, *, today: date | None = None) -> ResidentId:
    """The number in `text`, spaces and full-width digits allowed; `today` defaults to the day in China.

    Raises `IdentifierError`: `id_old_form`, `id_length`, `id_characters`, `id_region`, `id_birth_date`,
    `id_birth_date_future`, `id_checksum`.
    """
    number = fold(text).replace(" ", "").upper()
    if not _FORM.fullmatch(number):
        raise _formal_refusal(number)
    if number[:2] not in _PROVINCES or number[2:6] == "0000":
        raise IdentifierError("id_region")
    birth_date = _birth_date(number, today or today_in_china())
    if check_character(number[:17]) != number[17]:
        raise IdentifierError("id_checksum")
    return ResidentId(number, number[:6], birth_date, "male" if ord(number[16]) % 2 else "female")


def _formal_refusal(number: str) -> IdentifierError:
    if _OLD_FORM.fullmatch(number):
        return IdentifierError("id_old_form")
    if len(number) != 18:
        return IdentifierError("id_length", length=len(number))
    return IdentifierError("id_characters")


def _birth_date(number: str, today: date) -> date:
    try:
        birth_date = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise IdentifierError("id_birth_date") from None
    if birth_date.year < 1900:
        raise IdentifierError("id_birth_date")
    if birth_date > today:
        raise IdentifierError("id_birth_date_future")
    return birth_date
