"""What is asked about a hearing."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED
from app.core.moments import Moment
from app.modules.legal_aid.hearings.models import Stage

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
TOLD = ("forum", "docket", "place", "bring")
"""What is told of a hearing and kept sealed."""


def _text(most: int, *, required: bool = False, **more: Any) -> fields.String:
    least = 2 if required else 0
    length = validate.Length(min=least, max=most, error=_("Write at most {max} characters."))
    return fields.String(required=required, validate=length, error_messages=REQUIRED, **more)


class HearingSchema(Schema):
    """A hearing; the time is China's."""

    stage = fields.String(
        required=True,
        error_messages=REQUIRED,
        validate=validate.OneOf(list(Stage), error=_("Choose before whom it is.")),
    )
    starts_at = Moment(required=True)
    minutes = fields.Integer(
        load_default=120, validate=validate.Range(min=15, max=720, error=_("Between {min} and {max} minutes."))
    )
    forum = _text(80, required=True)
    docket = _text(60, load_default="")
    place = _text(120, required=True)
    bring = _text(500, load_default="")


class CancelSchema(Schema):
    """Why a hearing does not take place."""

    cancel_reason = _text(500, required=True)


class OutcomeSchema(Schema):
    """What came of a hearing."""

    hearing_outcome = _text(2000, required=True)
