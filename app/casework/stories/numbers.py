"""Amounts and days that a text mentions, however they are written. Pure."""

import re
import unicodedata
from decimal import Decimal

DIGITS = {
    char: number
    for number, pair in enumerate(("零〇", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖"))
    for char in pair
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
WRITTEN = re.compile(f"[{''.join(DIGITS)}{''.join(TENS)}万]+")
AMOUNT = re.compile(r"([0-9][0-9,，]*+(?:\.[0-9]++)?+)\s*(万|千|百|k\b|thousand)?+(?!\s*[年月日号])", re.IGNORECASE)
MIXED = re.compile(r"([0-9]+)\s*万\s*(?:([0-9])\s*千\s*)?([0-9]{1,4})?(?![0-9.])")
"""`1万2600`, `4万8千5`, `2万3`: ten thousands, thousands, and what follows; one digit alone is of the next lower place."""
GROUPS = re.compile(r"(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
DAY = re.compile(
    r"(?:([0-9]{4})\s*年\s*)?([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]?|([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
)
FACTORS = {"": 1, "百": 100, "千": 1000, "k": 1000, "thousand": 1000, "万": 10_000}


def in_digits(text: str) -> str:
    """The text in plain characters, its Chinese numbers in digits: `三月五日` as `3月5日`, `两万三千六百元` as `23600元`."""
    return WRITTEN.sub(lambda found: _number(found[0]), unicodedata.normalize("NFKC", text))


def _number(written: str) -> str:
    """A number in digits; one that is spelled digit by digit (`二〇二六`) digit by digit, a lone 万 or 十 after digits as it is.

    A last digit without its place is of the next lower one, as people say it: `一万二千六` is 12600.
    """
    if all(char in DIGITS for char in written):
        return "".join(str(DIGITS[char]) for char in written)
    if written[0] in "万百千佰仟":
        return written
    total = group = digit = 0
    place = 1
    for char in written:
        if char in DIGITS:
            digit = DIGITS[char]
            place = place if digit else 1
        elif char == "万":
            total, group, digit, place = (total + group + digit) * 10_000, 0, 0, 1000
        else:
            group, digit, place = group + (digit or 1) * TENS[char], 0, TENS[char] // 10
    return str(total + group + digit * place)


def amounts_in(text: str) -> dict[int, str]:
    """The amounts a text mentions, in cents, each as it is written there."""
    found: dict[int, str] = {}
    plain = GROUPS.sub("", in_digits(text))
    for match in MIXED.finditer(plain):
        found.setdefault(_mixed(match) * 100, match[0].strip())
    for match in AMOUNT.finditer(plain):
        value = Decimal(match[1].replace(",", "").replace("，", "")) * FACTORS[(match[2] or "").lower()]
        found.setdefault(int(value * 100), match[0].strip())
    return found


def _mixed(match: re.Match[str]) -> int:
    tens, thousands, rest = int(match[1]) * 10_000, int(match[2] or 0) * 1000, match[3] or ""
    place = (100 if match[2] else 1000) if len(rest) == 1 else 1
    return tens + thousands + int(rest or 0) * place


def days_in(text: str) -> dict[tuple[int, int], str]:
    """The days of the year a text mentions, as (month, day), each as it is written there."""
    found: dict[tuple[int, int], str] = {}
    for match in DAY.finditer(in_digits(text)):
        month, day = (match[2], match[3]) if match[2] else (match[5], match[6])
        found.setdefault((int(month), int(day)), match[0].strip())
    return found
