"""What a hand-over asks of staff."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.inputs import REQUIRED

# marshmallow types its messages as str; ours are translated when they are shown.
_: Callable[[str], Any] = lazy_gettext
LENGTH = validate.Length(min=2, max=2000, error=_("Write 2 to {max} characters."))


class ProposalSchema(Schema):
    """To which zone, and why."""

    _whom = _("Choose the union that is to go on with it.")
    target = fields.UUID(required=True, error_messages={"required": _whom, "invalid_uuid": _whom})
    handover_reason = fields.String(required=True, validate=LENGTH, error_messages=REQUIRED)


class DeclineSchema(Schema):
    """Which offer is declined, and why."""

    offer = fields.UUID(required=True)
    decline_reason = fields.String(required=True, validate=LENGTH, error_messages=REQUIRED)
