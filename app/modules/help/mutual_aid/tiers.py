"""Tiers of a formula as people write them, one a line: the amount in yuan above which it holds, and the per cent."""

import re
from decimal import Decimal

from flask_babel import gettext as _

from app.core.halfwidth import fold
from app.modules.help.mutual_aid.formula import Tier, in_order

_LINE = re.compile(r"[¥￥]?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(\.[0-9]{1,2})?元?[\s:：]+([0-9]{1,3})[%％]?")
MOST = 10


class TierError(ValueError):
    """What is wrong, with the number of its line."""


def read_tiers(text: str) -> tuple[Tier, ...]:
    """Read lines such as `0 50%` or `10,000: 70`; raises `TierError`."""
    tiers = [_read(number, line) for number, line in enumerate(map(fold, text.splitlines()), start=1) if line]
    if not tiers or len(tiers) > MOST:
        raise TierError(_("Write 1 to %(most)s lines.", most=MOST))
    if not in_order(tiers):
        raise TierError(_("Each line must begin at a higher amount than the one before."))
    return tuple(tiers)


def _read(number: int, line: str) -> Tier:
    match = _LINE.fullmatch(line)
    if match is None:
        raise TierError(_("Line %(number)s: write an amount and a per cent, such as “10000 60%%”.", number=number))
    percent = int(match[3])
    if percent > 100:
        raise TierError(_("Line %(number)s: at most 100%%.", number=number))
    return Tier(int(Decimal(match[1].replace(",", "") + (match[2] or "")) * 100), percent)


def write_tiers(tiers: tuple[Tier, ...]) -> str:
    """The tiers as such lines."""
    return "\n".join(f"{tier.over_cents / 100:.2f}".removesuffix(".00") + f" {tier.percent}%" for tier in tiers)
