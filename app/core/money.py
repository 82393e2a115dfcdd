"""Money as people read and write it; everywhere else it is whole cents."""

import re
from decimal import Decimal

from app.core.halfwidth import fold

_NUMBER = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)(万?)")


def yuan(cents: int | None) -> str:
    """`¥1,200.50` of 120050 cents, in either language; empty for no amount."""
    return "" if cents is None else f"{'-' if cents < 0 else ''}¥{Decimal(abs(cents)) / 100:,.2f}"


def read_yuan(text: str) -> int:
    """The cents of "1,200.50", "1200元" or "1.2万"; raises `ValueError` for anything else, and for parts of a cent."""
    match = _NUMBER.fullmatch(re.sub(r"[,，\s¥￥元]", "", fold(text).replace("．", ".")))
    cents = Decimal(match[1]) * (1_000_000 if match[2] else 100) if match else Decimal("0.5")
    if cents != int(cents):
        raise ValueError(text)
    return int(cents)


def write_yuan(cents: int) -> str:
    """The cents as `read_yuan` reads them: `1200.50`, `1200`."""
    whole, rest = divmod(cents, 100)
    return f"{whole}.{rest:02}" if rest else str(whole)
