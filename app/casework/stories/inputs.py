"""What writing a story, and answering to it, asks."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.casework.inputs import REQUIRED
from app.casework.stories.models import StoryState
from app.core.i18n import LOCALES

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
LANGUAGES = (("zh_CN", "中文"), ("en", "English"))
CHOOSE = _("Choose your answer.")


class StorySchema(Schema):
    """The text of a story."""

    title = fields.String(
        required=True,
        validate=validate.Length(min=4, max=40, error=_("Write {min} to {max} characters.")),
        error_messages=REQUIRED,
    )
    body = fields.String(
        required=True,
        validate=validate.Length(min=50, max=3000, error=_("Write {min} to {max} characters.")),
        error_messages=REQUIRED,
    )
    locale = fields.String(load_default=LOCALES[0], validate=validate.OneOf(LOCALES))


class AnswerSchema(Schema):
    """What the member answers."""

    story_answer = fields.Enum(
        StoryState, by_value=True, required=True, error_messages={"required": CHOOSE, "unknown": CHOOSE}
    )
    wish = fields.String(
        load_default="", validate=validate.Length(max=1000, error=_("Write at most {max} characters."))
    )

    @validates_schema
    def _say_what(self, data: dict[str, Any], **_rest: Any) -> None:
        if data["story_answer"] is StoryState.CHANGES and len(data["wish"]) < 2:
            raise ValidationError(_("Say what should be changed."), "wish")


class StoriesSettings(Schema):
    """The home page's block with stories."""

    limit = fields.Integer(
        load_default=3,
        validate=validate.Range(min=1, max=10, error=_("Between {min} and {max} stories.")),
        metadata={"label": _("Stories shown")},
    )
