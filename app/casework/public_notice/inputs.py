"""What drafting, objecting and answering ask."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED
from app.casework.public_notice.models import Finding

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
CHOOSE_LINE = _("Choose the line you object to.")
CHOOSE_FINDING = _("Choose what you find.")


class DraftSchema(Schema):
    """A notice to draft."""

    title = fields.String(
        required=True,
        validate=validate.Length(min=4, max=60, error=_("Write {min} to {max} characters.")),
        error_messages=REQUIRED,
    )
    id = fields.List(fields.UUID(), load_default=list)


class ObjectionSchema(Schema):
    """An objection to a line."""

    line = fields.UUID(required=True, error_messages={"required": CHOOSE_LINE, "invalid_uuid": CHOOSE_LINE})
    objection = fields.String(
        required=True,
        validate=validate.Length(min=10, max=1000, error=_("Write {min} to {max} characters.")),
        error_messages=REQUIRED,
    )


class AnswerSchema(Schema):
    """What is found of an objection, and the answer to who objects."""

    finding = fields.Enum(
        Finding, by_value=True, required=True,
        validate=validate.OneOf([Finding.WELL_FOUNDED, Finding.DISMISSED], error=CHOOSE_FINDING),
        error_messages={"required": CHOOSE_FINDING, "unknown": CHOOSE_FINDING},
    )  # fmt: skip
    answer = fields.String(
        required=True,
        validate=validate.Length(min=2, max=1000, error=_("Write {min} to {max} characters.")),
        error_messages=REQUIRED,
    )
