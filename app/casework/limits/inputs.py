"""What a change of a time limit asks."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.forms import Day
from app.casework.inputs import EARLIEST, REQUIRED, Told
from app.casework.limits.operations import DEEDS

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
COUNTS_FROM = Day("limit_day", _("Counts from"), is_required=True, earliest=EARLIEST)


class LimitSchema(Schema):
    """Which limit counts from another day, and why."""

    limit = fields.String(required=True, error_messages=REQUIRED)
    deed = fields.String(
        required=True,
        validate=validate.OneOf(DEEDS, error=_("Choose what has changed.")),
        error_messages={"required": _("Choose what has changed.")},
    )
    limit_day = Told(COUNTS_FROM, required=True)
    limit_reason = fields.String(
        required=True,
        validate=validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters.")),
        error_messages=REQUIRED,
    )
