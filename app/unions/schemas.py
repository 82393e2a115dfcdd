"""What comes in through the pages of the organisation tree."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.unions.operations import KINDS, LONGEST_NAME

REQUIRED: dict[str, Any] = {"required": _("Please fill this in.")}


def between(least: int, most: int) -> validate.Length:
    """A length, refused in the reader's language."""
    sentence: Any = _("Between %(min)s and %(max)s characters, please.", min=least, max=most)
    return validate.Length(least, most, error=sentence)


def choice(options: tuple[str, ...], **more: Any) -> fields.String:
    """One of a few values that the page offers."""
    sentence: Any = _("Please choose")
    return fields.String(
        required=True, error_messages=REQUIRED, validate=validate.OneOf(options, error=sentence), **more
    )


class UnionForm(Schema):
    """A union to be added."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, error_messages=REQUIRED, validate=between(2, LONGEST_NAME))
    short_name = fields.String(load_default="", validate=between(0, 40))
    kind = choice(KINDS)
    uscc = fields.String(load_default="", validate=between(0, 30))


class UploadForm(Schema):
    """A list of unions."""

    id = fields.UUID(required=True)
