"""A line as it is typed."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.forms import Day, Money
from app.casework.inputs import REQUIRED, Told

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext

LONGEST_SOURCE = 120
MOST_CENTS = 2_000_000
"""No line is above ¥20,000 a month: whoever types more has forgotten the point."""


class StandardForm(Schema):
    """A new line."""

    union_id = fields.UUID(
        required=True,
        error_messages={**REQUIRED, "invalid_uuid": _("Choose a region from the list.")},
    )
    effective_from = Told(
        Day("effective_from", _("In force from"), is_required=True, earliest=date(2000, 1, 1), may_be_future=True), True
    )
    line = Told(
        Money("line", _("Line, a person and month"), is_required=True, least_cents=1, most_cents=MOST_CENTS), True
    )
    source = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.Length(min=2, max=LONGEST_SOURCE, error=_("Write 2 to {max} characters.")),
    )
