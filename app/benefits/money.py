"""Money in the forms of benefits."""

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from marshmallow import fields

from app.core.money import read_yuan


class Cents(fields.Integer):
    """An amount as people write it (`app.core.money`); loads as cents."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": lazy_gettext("Enter an amount in yuan, like 1200 or 1200.50.")
    }

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        try:
            cents = read_yuan(str(value))
        except ValueError:
            raise self.make_error("invalid", input=value) from None
        return super()._deserialize(cents, attr, data, **kwargs)  # type: ignore[return-value]
