"""What is asked of whoever answers a request for erasure, puts a case on hold, or ends that."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.forms.field import FILL_IN
from app.casework.retention.duties import GROUNDS, years_after
from app.core.clock import CHINA, now, today_in_china

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
REQUIRED = {"required": FILL_IN, "null": FILL_IN}
REASON = validate.Length(min=10, max=500, error=_("Write 10 to {max} characters."))
LONGEST_HOLD = 10
"""Years."""
GRANT, REFUSE = "grant", "refuse"


class AnswerSchema(Schema):
    """Whether a case is erased as its member asks; a refusal names its ground and says why."""

    request = fields.UUID(required=True)
    answer = fields.String(
        required=True,
        validate=validate.OneOf((GRANT, REFUSE)),
        error_messages={"required": _("Choose whether it is erased.")},
    )
    ground = fields.String(load_default="", validate=validate.OneOf(("", *GROUNDS)))
    erasure_words = fields.String(load_default="")

    @validates_schema(skip_on_field_errors=True)
    def _refusal_is_whole(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["answer"] == GRANT:
            return
        if not data["ground"]:
            raise ValidationError(_("Choose the ground of the law."), "ground")
        try:
            REASON(data["erasure_words"])
        except ValidationError as fault:
            raise ValidationError(fault.messages, "erasure_words") from fault


def _within_reach(day: date) -> None:
    if not today_in_china() < day <= years_after(now().astimezone(CHINA), LONGEST_HOLD).date():
        raise ValidationError(_("Choose a day after today, within ten years."))


class HoldSchema(Schema):
    """Until when a case is on hold, and why."""

    until = fields.Date(
        required=True,
        validate=_within_reach,
        error_messages=REQUIRED | {"invalid": _("Write a day, such as 2026-03-05.")},
    )
    hold_reason = fields.String(required=True, error_messages=REQUIRED, validate=REASON)


class EndSchema(Schema):
    """Why a hold ends."""

    end_reason = fields.String(required=True, error_messages=REQUIRED, validate=REASON)
