"""What linking and merging ask."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, pre_load, validate

from app.casework.inputs import REQUIRED
from app.casework.links.models import Relation

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
RELATIONS = {
    Relation.SAME_MATTER: _("The same matter"),
    Relation.SAME_HOUSEHOLD: _("The same household"),
    Relation.FOLLOW_UP: _("A follow-up"),
}
REASON = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))
THIS, OTHER = "this", "other"


def _choice(options: list[str], words: Any) -> fields.String:
    return fields.String(
        required=True, validate=validate.OneOf(options, error=words), error_messages={"required": words}
    )


class LinkSchema(Schema):
    """Which case another one is linked with, how, and why."""

    other_number = fields.String(required=True, validate=validate.Length(max=40), error_messages=REQUIRED)
    relation = _choice(list(Relation), _("Choose how they have to do with each other."))
    link_reason = fields.String(required=True, validate=REASON, error_messages=REQUIRED)

    @pre_load
    def _as_numbers_are_written(self, data: dict[str, Any], **_rest: Any) -> dict[str, Any]:
        return data | {name: data[name].upper() for name in ("other_number",) if name in data}


class MergeSchema(Schema):
    """The other case with the mark it was shown with (`merging.choice`), which of the two goes on, and why."""

    other = fields.String(required=True, error_messages={"required": _("Choose the other case.")})
    goes_on = _choice([THIS, OTHER], _("Choose which of the two goes on."))
    merge_reason = fields.String(required=True, validate=REASON, error_messages=REQUIRED)
