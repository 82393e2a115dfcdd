"""What comes in through the pages of lists and tags."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields, validate

from app.members.audience.tags import TAG
from app.unions.schemas import REQUIRED, between

_NO_TAG: Any = _("A tag has letters and digits, at most 20.")
_FORM = validate.Regexp(rf"{TAG.pattern}\Z", error=_NO_TAG)


class TagForm(Schema):
    """A tag for a member."""

    tag = fields.String(required=True, error_messages=REQUIRED, validate=_FORM)


class ListForm(Schema):
    """A list of members: `id` is the list's, `tag` is given to everybody on it."""

    id = fields.UUID(required=True)
    title = fields.String(required=True, error_messages=REQUIRED, validate=between(2, 60))
    tag = fields.String(load_default=None, validate=_FORM)
