"""Fields that forms of benefits have in common."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from marshmallow import ValidationError, fields, validate

from app.core.halfwidth import fold
from app.core.money import read_yuan, yuan
from app.unions.schemas import REQUIRED

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[..., Any] = lazy_gettext
MOST_CENTS = 100_000_000_00


class Cents(fields.Integer):
    """An amount as people write it (`app.core.money`), in cents."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("Enter an amount in yuan, like 1200 or 1200.50.")}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **rest: Any) -> int:
        try:
            cents = read_yuan(str(value))
        except ValueError:
            raise self.make_error("invalid", input=value) from None
        return super()._deserialize(cents, attr, data, **rest)  # type: ignore[return-value]


class Yuan(Cents):
    """An amount above zero, in cents, at most `most`."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        **REQUIRED,
        "invalid": _("Write an amount in yuan, such as 1200 or 1200.50."),
    }

    def __init__(self, most: int = MOST_CENTS, **rest: Any) -> None:
        sentence = _("Write an amount above zero, at most %(most)s.", most=yuan(most))
        super().__init__(validate=validate.Range(1, most, error=sentence), **rest)


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


def choice(of: Any, **rest: Any) -> fields.String:
    """One of the keys offered; what is not offered is refused in words."""
    words = validate.OneOf(list(of), error=_("Please choose."))
    return fields.String(validate=words, error_messages={"required": _("Please choose.")}, **rest)
