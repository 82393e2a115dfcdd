"""What staff say of a claim besides what every campaign has."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.modules.events.models import Campaign

FIRST_COME, DRAW = "first_come", "draw"
MODES = {
    FIRST_COME: lazy_gettext("First come: who is quicker gets one"),
    DRAW: lazy_gettext("Fair draw: all who register until the end have the same chance"),
}


def _(words: str) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words)  # type: ignore[return-value]


class ClaimSettings(Schema):
    """Which batch of vouchers is given, and how."""

    batch_id = fields.UUID(
        required=True, error_messages={"required": _("Choose the vouchers."), "invalid_uuid": _("Choose the vouchers.")}
    )
    mode = fields.String(
        load_default=FIRST_COME, validate=validate.OneOf(list(MODES), error=_("Choose how they are given."))
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """A campaign's settings: the batch that is given, by a draw or to the first."""

    batch_id: UUID
    is_draw: bool


def offer_of(campaign: Campaign) -> Offer:
    found: Any = ClaimSettings().load(campaign.settings)
    return Offer(found["batch_id"], found["mode"] == DRAW)
