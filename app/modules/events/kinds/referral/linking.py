"""The member's own link: made, taken back, and found by its code."""

import secrets
from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.errors import NotFound
from app.core.forms import storable
from app.modules.events.entering import enter
from app.modules.events.kinds.referral.models import Link
from app.modules.events.models import Campaign
from app.modules.events.queries import find_entry
from tenants.context import current_zone
from tenants.database import db

CODE_BYTES = 15


def make_link(member_id: UUID, campaign: Campaign) -> Link:
    """The member's link, a new one where they have none. Raises `NotOpen`, `NotInvited`."""
    enter(member_id, campaign)
    entry = find_entry(campaign.id, member_id)
    if entry is None:
        raise NotFound
    link = find_link(entry.id)
    if link is not None and link.code:
        return link
    if link is None:
        link = Link(id=entry.id, campaign_id=campaign.id)
        db.session.add(link)
    link.code = secrets.token_urlsafe(CODE_BYTES)
    db.session.flush()
    record("events.referral_link", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)
    return link


def take_back_link(member_id: UUID, campaign: Campaign) -> None:
    """Make the member's link useless; whom they brought already stays."""
    entry = find_entry(campaign.id, member_id)
    link = find_link(entry.id) if entry else None
    if link is not None and link.code:
        link.code = None
        db.session.flush()
        record(
            "events.referral_unlink", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id
        )


def find_link(entry_id: UUID) -> Link | None:
    return db.session.get(Link, (current_zone().id, entry_id))


def find_by_code(code: str) -> Link | None:
    """The link with this code, None where there is none or it was taken back."""
    return db.session.scalar(select(Link).where(Link.code == storable(code))) if code else None
