"""Taking a reward back: unused vouchers are made void, used ones are listed for staff."""

from uuid import UUID

from flask_babel import gettext as _

from app.benefits.vouchers.errors import VoucherMovedOn
from app.benefits.vouchers.states import BEYOND_RECALL
from app.benefits.vouchers.steps import find_voucher
from app.benefits.vouchers.voiding import make_void
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.seen import require_seen
from app.modules.events.kinds.referral.errors import ReferralMovedOn
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.kinds.referral.states import NEXT, Reason, State
from app.modules.events.kinds.referral.telling import tell
from app.modules.events.queries import find_campaign
from tenants.context import Actor, current_zone
from tenants.database import db

VOIDED, REDEEMED, GONE = "voided", "redeemed", "gone"


def claw_back(actor: Actor, referral_id: UUID, reason: Reason, *, seen: str | None = None, note: str = "") -> Referral:
    """Take the reward of a referral back from both. Raises `NotFound`, `ReferralMovedOn` and `ChangedMeanwhile`."""
    referral = db.session.get(Referral, (current_zone().id, referral_id), with_for_update=True, populate_existing=True)
    if referral is None:
        raise NotFound
    require_seen(seen, referral.mark, referral)
    if State.CLAWED_BACK not in NEXT[State(referral.state)]:
        raise ReferralMovedOn
    referral.state, referral.reason, referral.clawed_back_at = State.CLAWED_BACK, reason, now()
    referral.referrer_outcome = _void(actor, referral.referrer_voucher_id) or referral.referrer_outcome
    referral.joiner_outcome = _void(actor, referral.joiner_voucher_id) or referral.joiner_outcome
    db.session.flush()
    record("events.referral_claw_back", object_type="events_referral", object_id=referral.id,
           subject_member_id=referral.member_id, why=reason, note=note)  # fmt: skip
    tell(referral, find_campaign(referral.campaign_id))
    return referral


def _void(actor: Actor, voucher_id: UUID | None) -> str:
    """What became of a voucher that is taken back, nothing where there is none."""
    if voucher_id is None:
        return ""
    try:
        make_void(actor, voucher_id, reason=_("The joining it was given for did not last."))
    except VoucherMovedOn:
        return REDEEMED if find_voucher(voucher_id).state in BEYOND_RECALL else GONE
    return VOIDED
