"""What a pause asks."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.forms.field import refusal
from app.casework.inputs import REQUIRED
from app.core.clock import today_in_china

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
LONGEST = timedelta(days=92)


def _later(day: date) -> None:
    if day <= today_in_china():
        raise refusal(_("Choose a later day than today."))
    if day > today_in_china() + LONGEST:
        raise refusal(_("Choose a day within three months; then you see whether it has to wait longer."))


class PauseSchema(Schema):
    """Why the clocks stop, and until when."""

    pause_reason = fields.String(
        required=True,
        validate=validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters.")),
        error_messages=REQUIRED,
    )
    resume_on = fields.Date(required=True, validate=_later, error_messages=REQUIRED)
