"""What becomes of somebody who joined by a link: a referral that cools, or one that is refused. On the worker plane."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import CHINA
from app.core.identifiers.masks import mask_name
from app.members.models import Member, Membership
from app.modules.events.kinds.referral.linking import find_by_code
from app.modules.events.kinds.referral.models import Link, Referral
from app.modules.events.kinds.referral.settings import rules_of
from app.modules.events.kinds.referral.states import Reason, State
from app.modules.events.kinds.referral.telling import tell
from app.modules.events.models import Campaign, Entry
from app.modules.events.queries import find_campaign
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7


def record_referral(member_id: UUID, code: str, verified_at: datetime) -> None:
    """Note who joined by the link with this code; a code that is no link's is nothing, and who was noted before stays as they were."""
    link = find_by_code(code)
    if link is None:
        return
    campaign = find_campaign(link.campaign_id, kind="referral")
    referrer_id = db.session.get_one(Entry, (current_zone().id, link.id)).member_id
    reason = _refusal(campaign, referrer_id, member_id, verified_at)
    made = _write(campaign, link, referrer_id, member_id, verified_at, reason)
    if made is None:
        return
    record("events.referral_verify", object_type="events_referral", object_id=made.id, subject_member_id=member_id,
           state=made.state, why=made.reason)  # fmt: skip
    tell(made, campaign)


def _refusal(campaign: Campaign, referrer_id: UUID, member_id: UUID, verified_at: datetime) -> Reason | None:
    if member_id == referrer_id:
        return Reason.SELF
    joined = db.session.scalars(select(Membership.joined_on).where(Membership.member_id == member_id)).all()
    opened_on = campaign.opens_at.astimezone(CHINA).date()
    if len(joined) > 1 or any(day and day < opened_on for day in joined):
        return Reason.MEMBER_BEFORE
    return None if campaign.is_open_at(verified_at) else Reason.OUTSIDE


def _write(
    campaign: Campaign, link: Link, referrer_id: UUID, member_id: UUID, verified_at: datetime, reason: Reason | None
) -> Referral | None:
    """The referral, None where the member has one in this zone already."""
    name = db.session.get_one(Member, member_id).name
    row = {
        "zone_id": current_zone().id, "id": uuid7(), "campaign_id": campaign.id, "link_id": link.id, "referrer_id": referrer_id,
        "member_id": member_id, "shown_name": mask_name(name), "state": State.REFUSED if reason else State.COOLING,
        "reason": reason or "", "verified_at": verified_at, "due_at": verified_at + rules_of(campaign).cooling,
    }  # fmt: skip
    made = insert(Referral).values(row).on_conflict_do_nothing().returning(Referral.id)
    made_id = db.session.scalar(made)
    return db.session.get_one(Referral, (current_zone().id, made_id)) if made_id else None
