"""A field of settings for a moment."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import fields

from app.core.clock import CHINA

_WORDS: Any = {"required": _("Choose a date and time."), "invalid": _("Choose a date and time.")}


class Moment(fields.AwareDateTime):
    """A time in China, as a browser's date-and-time field writes it; kept as it is written."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", default_timezone=CHINA, error_messages=_WORDS, **rest)

    def _serialize(self, value: Any, *place: Any, **rest: Any) -> Any:
        return super()._serialize(value.astimezone(CHINA) if value else value, *place, **rest)
