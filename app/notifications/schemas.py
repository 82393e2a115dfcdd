"""What comes in through the pages of notifications."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import ValidationError, fields, validate, validates_schema

from app.members.audience.form import AudienceFields
from app.notifications.kinds import EMAIL, INBOX, LONGEST_PARAMETER, SMS

REQUIRED: Any = {"required": _("Please fill this in.")}
NO_WAY: Any = {"required": _("Choose at least one way.")}
LONGEST_TITLE, LONGEST_BODY = 60, 2_000


def _text(most: int) -> fields.String:
    too_long: Any = _("At most %(number)s characters, please.", number=most)
    length = validate.Length(1, most, error=too_long)
    return fields.String(required=True, error_messages=REQUIRED, validate=length)


class BroadcastForm(AudienceFields):
    """A notice and whom it is for; `id` is the broadcast's."""

    id = fields.UUID(required=True)
    title = _text(LONGEST_TITLE)
    body = _text(LONGEST_BODY)
    channels = fields.List(
        fields.String(validate=validate.OneOf((INBOX, SMS, EMAIL))),
        required=True,
        error_messages=NO_WAY,
        validate=validate.Length(1, 3),
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_rest: Any) -> None:
        if SMS in data.get("channels", ()) and len(data.get("body", "")) > LONGEST_PARAMETER:
            message = _("An SMS takes at most %(number)s characters of text.", number=LONGEST_PARAMETER)
            raise ValidationError({"body": [message]})
