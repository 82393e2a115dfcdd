"""What is asked of a member who objects to their handler, and of whoever answers."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.assignment.inputs import CHOOSE
from app.casework.inputs import REQUIRED

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
REASON = validate.Length(min=10, max=1000, error=_("Write 10 to {max} characters."))
GRANT, REFUSE = "grant", "refuse"


class RecusalSchema(Schema):
    """Why somebody else should deal with a case."""

    recusal_reason = fields.String(required=True, error_messages=REQUIRED, validate=REASON)


class RecusalAnswerSchema(Schema):
    """Whether somebody else deals with the case, and who; a refusal says why."""

    answer = fields.String(
        required=True,
        validate=validate.OneOf((GRANT, REFUSE)),
        error_messages={"required": _("Choose whether somebody else deals with it.")},
    )
    handler = fields.UUID(load_default=None, error_messages=CHOOSE)
    recusal_words = fields.String(load_default="")

    @validates_schema(skip_on_field_errors=True)
    def _refusal_says_why(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["answer"] == GRANT:
            return
        try:
            REASON(data["recusal_words"])
        except ValidationError as fault:
            raise ValidationError(fault.messages, "recusal_words") from fault
