"""What is asked of whoever names a helper, opens a case for a reason, or saves a paper that can't be marked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.forms.field import FILL_IN
from app.core.clock import today_in_china

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
REQUIRED = {"required": FILL_IN, "null": FILL_IN}
LONGEST_HELP = timedelta(days=366)
REASON = validate.Length(min=10, max=500, error=_("Write 10 to {max} characters."))


class ParticipantSchema(Schema):
    """Who helps, and to the end of which day."""

    _whom = _("Choose who helps.")
    participant = fields.UUID(required=True, error_messages={"required": _whom, "invalid_uuid": _whom})
    until = fields.Date(required=True, error_messages=REQUIRED | {"invalid": _("Write a day, such as 2026-03-05.")})

    @validates_schema(skip_on_field_errors=True)
    def _is_ahead(self, data: dict[str, Any], **_rest: Any) -> None:
        today = today_in_china()
        if not today <= data["until"] <= today + LONGEST_HELP:
            raise ValidationError(_("Choose a day from today on, within a year."), "until")


class OpeningSchema(Schema):
    """Why somebody without a part in a case has to read it."""

    opening_reason = fields.String(required=True, error_messages=REQUIRED, validate=REASON)


class UnmarkedSchema(Schema):
    """What a paper is needed for that can't be marked with its viewer."""

    paper_reason = fields.String(required=True, error_messages=REQUIRED, validate=REASON)
