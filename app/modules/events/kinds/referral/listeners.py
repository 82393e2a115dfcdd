"""Answers to signals of other modules."""

from app.core.signals import REFERRAL_VERIFIED, ReferralVerified
from app.modules.events.kinds.referral.recording import record_referral


@REFERRAL_VERIFIED.listen("events")
def note_joiner(told: ReferralVerified) -> None:
    record_referral(told.member_id, told.code, told.verified_at)
