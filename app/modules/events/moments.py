"""A field for a moment."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import fields, validate

from app.core.clock import CHINA

_WORDS: Any = {"required": _("Choose a date and time."), "invalid": _("Choose a date and time.")}
_WITHIN: Any = _("Choose a time from 2000 to 2099.")
FIRST, LAST = datetime(2000, 1, 1, tzinfo=CHINA), datetime(2099, 12, 31, 23, 59, tzinfo=CHINA)
"""What is far beyond these no column or no reader of one can hold."""


class Moment(fields.AwareDateTime):
    """A time in China of this century, as a browser's date-and-time field writes it; kept as it is written."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(
            format="%Y-%m-%dT%H:%M", default_timezone=CHINA, error_messages=_WORDS, validate=validate.Range(FIRST, LAST, error=_WITHIN), **rest
        )  # fmt: skip

    def _serialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        return super()._serialize(value.astimezone(CHINA) if value else value, *place, **rest)
