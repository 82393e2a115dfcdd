"""Reading referrals: the member's own, and what staff list."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from app.members.models import Member
from app.modules.events.kinds.referral.clawing import REDEEMED
from app.modules.events.kinds.referral.models import Referral
from app.modules.events.kinds.referral.states import State
from tenants.database import db

PAGE = 100
TO_LOOK_AT = (Referral.referrer_outcome == REDEEMED) | (Referral.joiner_outcome == REDEEMED)
"""A voucher was redeemed before its reward could be taken back."""


def list_brought(campaign_id: UUID, member_id: UUID) -> Sequence[Referral]:
    """Whom a member brought, the latest first."""
    own = select(Referral).where(Referral.campaign_id == campaign_id, Referral.referrer_id == member_id)
    return db.session.scalars(own.order_by(Referral.id.desc()).limit(PAGE)).all()


def find_joining(campaign_id: UUID, member_id: UUID) -> Referral | None:
    """The referral by which a member joined."""
    return db.session.scalar(
        select(Referral).where(Referral.campaign_id == campaign_id, Referral.member_id == member_id)
    )


def count_by_state(campaign_id: UUID) -> dict[str, int]:
    counted = select(Referral.state, func.count().label("number")).where(Referral.campaign_id == campaign_id)
    return {row.state: row.number for row in db.session.execute(counted.group_by(Referral.state))}


def list_for_staff(
    campaign_id: UUID, *, state: str = "", before: UUID | None = None, limit: int | None = PAGE + 1
) -> Iterator[Row]:
    """Referrals with the names of both, the latest first, on the staff plane; `redeemed` is a state too: what is to be looked at."""
    joiner, referrer = aliased(Member), aliased(Member)
    found = (
        select(Referral, joiner.name.label("joiner"), referrer.name.label("referrer"))
        .outerjoin(joiner, joiner.id == Referral.member_id)
        .outerjoin(referrer, referrer.id == Referral.referrer_id)
        .where(Referral.campaign_id == campaign_id)
        .order_by(Referral.id.desc())
        .limit(limit)
    )
    if state == REDEEMED:
        found = found.where(TO_LOOK_AT)
    elif state in set(State):
        found = found.where(Referral.state == state)
    if before:
        found = found.where(Referral.id < before)
    yield from db.session.execute(found)
