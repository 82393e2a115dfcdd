"""What handing on asks."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext


CHOOSE = {"required": _("Choose somebody from the list."), "invalid_uuid": _("Choose somebody from the list.")}


def _person() -> fields.UUID:
    return fields.UUID(required=True, error_messages=CHOOSE)


def _reason() -> fields.String:
    length = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))
    return fields.String(required=True, validate=length, error_messages=REQUIRED)


class HandOnSchema(Schema):
    """One case for a colleague."""

    handler = _person()
    hand_on_reason = _reason()


class HandOverSchema(Schema):
    """All cases of somebody who leaves; without `receiver` each goes to whoever has least."""

    giver = _person()
    receiver = fields.UUID(load_default=None, error_messages=CHOOSE)
    reason = _reason()


class DutySchema(Schema):
    """Whose a union's cases are."""

    union = fields.String(required=True, error_messages=REQUIRED, validate=validate.Length(max=200))
    handler = _person()
