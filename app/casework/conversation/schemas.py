"""What the forms of messages and answers take."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED
from app.core.images import FORMATS, MB
from app.core.uploads import Uploads

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
LENGTH = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))
ATTACHMENT = Uploads({**FORMATS, "PDF": "application/pdf"}, most_bytes=10 * MB)
"""What may be sent with a message."""


class MessageSchema(Schema):
    """A message; `answer` is one to put into it."""

    message = fields.String(required=True, validate=LENGTH, error_messages=REQUIRED)


class AnswerSchema(Schema):
    """An answer to use again."""

    title = fields.String(
        required=True,
        validate=validate.Length(min=2, max=60, error=_("Write 2 to {max} characters.")),
        error_messages=REQUIRED,
    )
    body = fields.String(required=True, validate=LENGTH, error_messages=REQUIRED)
