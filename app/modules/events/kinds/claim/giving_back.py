"""Giving a voucher back that one can't use: it goes to who waits for it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.coalescing import Coalescer
from app.benefits.vouchers.errors import VoucherMovedOn
from app.benefits.vouchers.listed import hold_lists, listed_until, not_listed
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import GOOD
from app.benefits.vouchers.voiding import make_void
from app.core.audit import record
from app.core.errors import NotFound
from app.modules.events.kinds.claim.claiming import PRESSES
from app.modules.events.kinds.claim.queries import may_give, of_campaign
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import current_actor
from tenants.database import db


class WayBack(NamedTuple):
    """Whether one's voucher may be given back, or from when: a shop without network may have taken it by then."""

    may: bool
    listed_until: datetime | None = None


def give_back(member_id: UUID, campaign_id: UUID) -> bool:
    """Make void what a member has of a campaign; whether they had one that is not used, nor on the list of a shop without network. Answered
    once it is committed.

    Raises `TooMany`, `Crowded`, and `NotFound` where nobody may wait for it any more.
    """
    PRESSES.count(member_id)
    return _returns.ask(campaign_id, member_id)


def find_unused(campaign: Campaign, member_id: UUID) -> UUID | None:
    """What a member has of a campaign and has not used."""
    own = select(Voucher.id).where(*of_campaign(campaign), Voucher.member_id == member_id, Voucher.state.in_(GOOD))
    return db.session.scalar(own)


def find_way_back(campaign: Campaign, member_id: UUID) -> WayBack:
    """Whether a member may give back what they have, or from when."""
    voucher_id = find_unused(campaign, member_id) if _takes_back(campaign) else None
    if voucher_id is None:
        return WayBack(may=False)
    until = listed_until(voucher_id)
    return WayBack(may=until is None, listed_until=until)


def _takes_back(campaign: Campaign) -> bool:
    """Whether what is given back may go to somebody else."""
    offer = offer_of(campaign)
    return offer.has_line and campaign.settled_at is None and may_give(offer)


def _serve(campaign_id: UUID, members: Sequence[UUID]) -> list[bool]:
    campaign = find_announced(campaign_id, kind="claim")
    if not _takes_back(campaign):
        raise NotFound
    hold_lists()
    return [_give_back(campaign, each) for each in members]


def _give_back(campaign: Campaign, member_id: UUID) -> bool:
    voucher_id = find_unused(campaign, member_id)
    if voucher_id is None:
        return False
    try:
        make_void(current_actor(), voucher_id, not_listed(), reason=_("Given back by its member"))
    except VoucherMovedOn:
        return False
    record("events.claim_give_back", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)
    return True


_returns = Coalescer(_serve)
