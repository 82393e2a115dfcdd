"""What staff say of referrals besides what every campaign has."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from marshmallow import Schema, fields

from app.benefits.inputs import Number
from app.modules.events.models import Campaign

_BATCH: Any = {"required": _("Choose the vouchers."), "invalid_uuid": _("Choose the vouchers.")}


class ReferralSettings(Schema):
    """What both get, for how many referrals, and how long it takes until a joining has proved good."""

    referrer_batch_id = fields.UUID(required=True, error_messages=_BATCH)
    joiner_batch_id = fields.UUID(required=True, error_messages=_BATCH)
    budget = Number(100_000, required=True)
    per_referrer = Number(1_000, load_default=10)
    cooling_days = Number(365, load_default=30)
    claw_back_days = Number(365, load_default=90)


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's settings: `budget` referrals are rewarded, `per_referrer` of one member."""

    referrer_batch_id: UUID
    joiner_batch_id: UUID
    budget: int
    per_referrer: int
    cooling: timedelta
    claw_back: timedelta


def rules_of(campaign: Campaign) -> Rules:
    found: Any = ReferralSettings().load(campaign.settings)
    return Rules(
        found["referrer_batch_id"], found["joiner_batch_id"], found["budget"], found["per_referrer"],
        timedelta(days=found["cooling_days"]), timedelta(days=found["claw_back_days"]),
    )  # fmt: skip
