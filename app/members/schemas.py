"""What comes in through the pages of the member database."""

from typing import Any

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields

from app.unions.schemas import REQUIRED, between, choice

REVEALABLE = ("phone", "id_number", "birth_date", "email")
CORRECTABLE = ("name", "gender", "birth_date", "phone", "id_number", "email", "education", "membership", "other")
_NO_UNION: dict[str, Any] = {"invalid_uuid": _("Choose a union of this zone.")}


def _reason() -> fields.String:
    return fields.String(required=True, error_messages=REQUIRED, validate=between(2, 200))


class RevealForm(Schema):
    """Which masked field, and why."""

    field = choice(REVEALABLE)
    reason = _reason()


class EndForm(Schema):
    """Why a membership ends."""

    reason = _reason()


class MoveForm(Schema):
    """To which union of the zone several members go."""

    union_id = fields.UUID(required=True, error_messages=REQUIRED | _NO_UNION)


class TransferForm(Schema):
    """To which union of the zone; `id` is the new membership's."""

    id = fields.UUID(required=True)
    union_id = fields.UUID(required=True, error_messages=REQUIRED | _NO_UNION)


class CorrectionForm(Schema):
    """What is wrong in the member's record, and what would be right."""

    id = fields.UUID(required=True)
    field = choice(CORRECTABLE)
    wanted = fields.String(required=True, error_messages=REQUIRED, validate=between(1, 300))


class AnswerForm(Schema):
    """Staff's answer to a request for correction."""

    decision = choice(("grant", "decline"))
    answer = fields.String(load_default="", validate=between(0, 300))


class UploadForm(Schema):
    """A roster: `id` is the batch's, `union_id` where people go whose row names no union."""

    id = fields.UUID(required=True)
    union_id = fields.UUID(load_default=None, error_messages=_NO_UNION)
