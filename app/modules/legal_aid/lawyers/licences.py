"""Licence numbers of lawyers (律师执业证号): 17 digits, of which the first five places and the year can be checked.

1 for a lawyer; four digits of the place; four of the year of the first licence; one of the kind of practice (1 full time,
2 part time, … 9 military); one of the sex (0 or 1); six counted on. There is no check digit.
"""

import re
from datetime import date

from app.core.halfwidth import fold

FIRST_YEAR = 1979
"""The year in which lawyers were licensed again."""
_FORM = re.compile(r"1(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])\d{2}(\d{4})[1-9][01]\d{6}")


def parse_licence(text: str, today: date) -> str:
    """The normalised number; raises `ValueError` for what can be none."""
    number = re.sub(r"[\s-]", "", fold(text))
    found = _FORM.fullmatch(number)
    if found is None or not FIRST_YEAR <= int(found[1]) <= today.year:
        raise ValueError("no licence number of a lawyer")
    return number
