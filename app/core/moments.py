"""Fields for a day and for a moment, within what every column and every reader of one can hold."""

from datetime import datetime
from typing import Any, ClassVar

from flask_babel import lazy_gettext
from marshmallow import fields, validate

from app.core.clock import CHINA

# marshmallow types its messages as str; ours are translated when they are shown.
_: Any = lazy_gettext
FIRST, LAST = datetime(2000, 1, 1, tzinfo=CHINA), datetime(2099, 12, 31, 23, 59, tzinfo=CHINA)


class Day(fields.Date):
    """A day of this century."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Please fill this in."),
        "invalid": _("Write a day as 2026-01-31."),
    }

    def __init__(self, **rest: Any) -> None:
        within = validate.Range(FIRST.date(), LAST.date(), error=_("Write a day from 2000 to 2099."))
        super().__init__(validate=within, **rest)


class Moment(fields.AwareDateTime):
    """A time in China of this century, as a browser's date-and-time field writes it; kept as it is written."""

    default_error_messages: ClassVar[dict[str, Any]] = dict.fromkeys(
        ("required", "invalid"), _("Choose a date and time.")
    )

    def __init__(self, **rest: Any) -> None:
        within = validate.Range(FIRST, LAST, error=_("Choose a time from 2000 to 2099."))
        super().__init__(format="%Y-%m-%dT%H:%M", default_timezone=CHINA, validate=within, **rest)

    def _serialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        return super()._serialize(value.astimezone(CHINA) if value else value, *place, **rest)
