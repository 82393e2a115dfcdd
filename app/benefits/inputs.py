"""Fields that forms of benefits have in common."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, validate

from app.core.halfwidth import fold
from app.core.money import read_yuan, yuan
from app.unions.schemas import REQUIRED

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[..., Any] = lazy_gettext
MOST_CENTS = 100_000_000_00


class Yuan(fields.Field[int]):
    """An amount as people write it ("1,200.50", "1200元"), in cents."""

    default_error_messages = REQUIRED

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> int:
        try:
            cents = read_yuan(str(value)[:40])
        except ValueError:
            raise ValidationError(_("Write an amount in yuan, such as 1200 or 1200.50.")) from None
        if not 0 < cents <= MOST_CENTS:
            raise ValidationError(_("Write an amount above zero, at most %(most)s.", most=yuan(MOST_CENTS)))
        return cents


class Number(fields.Field[int]):
    """A whole number from 1 to `most`."""

    default_error_messages = REQUIRED

    def __init__(self, most: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.most = most

    def _deserialize(self, value: Any, *_place: Any, **_rest: Any) -> int:
        digits = fold(str(value)[:40]).replace(",", "").replace(" ", "")
        number = int(digits) if digits.isascii() and digits.isdigit() else 0
        if not 1 <= number <= self.most:
            raise ValidationError(_("Write a whole number from 1 to %(most)s.", most=f"{self.most:,}"))
        return number


class Day(fields.Date):
    """A day of this century."""

    default_error_messages = {**REQUIRED, "invalid": _("Write a day as 2026-01-31.")}  # noqa: RUF012 - marshmallow's way

    def __init__(self, **rest: Any) -> None:
        within = validate.Range(date(2000, 1, 1), date(2099, 12, 31), error=_("Write a day from 2000 to 2099."))
        super().__init__(validate=within, **rest)


def choice(of: Any, **rest: Any) -> fields.String:
    """One of the keys offered; what is not offered is refused in words."""
    words = validate.OneOf(list(of), error=_("Please choose."))
    return fields.String(validate=words, error_messages={"required": _("Please choose.")}, **rest)
