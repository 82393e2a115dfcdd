"""What judges say in forms, whatever the kind."""

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

LONGEST_REASON = 200


def _(words: str) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words)  # type: ignore[return-value]


class RecusalForm(Schema):
    """Why a judge does not score something."""

    because = fields.String(
        required=True,
        validate=validate.Length(1, LONGEST_REASON, error=_("Please shorten this.")),
        error_messages={"required": _("Say why you recuse yourself: a relative, a colleague, a pupil.")},
    )
