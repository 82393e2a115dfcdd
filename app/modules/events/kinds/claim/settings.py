"""What staff say of a claim besides what every campaign has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.benefits.inputs import Number, choice
from app.modules.events.models import Campaign

FIRST_COME, DRAW = "first_come", "draw"
MODES = {
    FIRST_COME: lazy_gettext("First come: who is quicker gets one"),
    DRAW: lazy_gettext("Fair draw: all who register until the end have the same chance"),
}
LINE, NO_LINE = "line", "none"
WAITING = {
    LINE: lazy_gettext("What comes back goes to who has waited longest, or to the next in the order of the draw"),
    NO_LINE: lazy_gettext("Nobody waits; what comes back goes to who looks in next, and after a draw to nobody"),
}
OF_A_LINE = {
    FIRST_COME: lazy_gettext("Who finds all of them taken may wait; what comes back goes to who has waited longest"),
    DRAW: lazy_gettext("Who is not drawn waits in the order of the draw; what comes back goes to the next"),
}
"""What members read of a waiting list, by the mode."""
MOST_HOURS = 720


def _(words: str) -> str:
    """Words in the reader's language, found when they are shown; marshmallow's types ask for plain text."""
    return lazy_gettext(words)  # type: ignore[return-value]


class ClaimSettings(Schema):
    """Which batch of vouchers is given, and how; whether one may wait, and how long after the campaign has closed.

    A voucher that a rule refuses to who is drawn goes to the next: `passes_on`, as `PrizeSettings` has it.
    """

    batch_id = fields.UUID(
        required=True, error_messages={"required": _("Choose the vouchers."), "invalid_uuid": _("Choose the vouchers.")}
    )
    mode = fields.String(
        load_default=FIRST_COME, validate=validate.OneOf(list(MODES), error=_("Choose how they are given."))
    )
    waiting = choice(WAITING, load_default=LINE)
    waiting_hours = Number(MOST_HOURS, load_default=None)
    passes_on = fields.Constant(True)


SETTINGS = ClaimSettings()


@dataclass(frozen=True, slots=True)
class Offer:
    """A campaign's settings: the batch that is given, by a draw or to the first, with a waiting list or without.

    It goes on until `waits_until`; None as long as the vouchers are given.
    """

    batch_id: UUID
    is_draw: bool
    has_line: bool
    waits_until: datetime | None


def offer_of(campaign: Campaign) -> Offer:
    found: Any = SETTINGS.load(campaign.settings)
    is_draw = found["mode"] == DRAW
    hours: int | None = found["waiting_hours"]
    waits_until = _drawn_until(campaign, hours) if is_draw else _waits_until(campaign, hours or 0)
    return Offer(found["batch_id"], is_draw, found["waiting"] == LINE, waits_until)


def mode_of(offer: Offer) -> str:
    return DRAW if offer.is_draw else FIRST_COME


def _waits_until(campaign: Campaign, hours: int) -> datetime:
    """What is closed early ends at once for those who wait, too."""
    if campaign.closed_at is not None and campaign.closed_at < campaign.closes_at:
        return campaign.closed_at
    return campaign.closes_at + timedelta(hours=hours)


def _drawn_until(campaign: Campaign, hours: int | None) -> datetime | None:
    """Where it is drawn the waiting begins with the close, however early that was."""
    return campaign.closes_at + timedelta(hours=hours) if hours else None
