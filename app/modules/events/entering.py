"""Who may take part in a campaign, and when."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import now
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.models import Campaign, Entry
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7


def require_open_for(member_id: UUID, campaign: Campaign) -> None:
    """Raises `NotOpen` outside the campaign's own times, and `NotInvited` for a member whom it is not for."""
    if not campaign.is_open_at(now()):
        raise NotOpen
    audience = Audience.from_json(campaign.audience)
    if not (audience.is_open or audience.includes(member_id)):
        raise NotInvited


def enter(member_id: UUID, campaign: Campaign) -> None:
    """Take part, once; sent twice it is one. Raises `NotOpen`, `NotInvited`."""
    require_open_for(member_id, campaign)
    made = insert(Entry).values(zone_id=current_zone().id, id=uuid7(), campaign_id=campaign.id, member_id=member_id)
    if db.session.execute(made.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}).rowcount:  # type: ignore[attr-defined]
        record("events.enter", object_type="events_campaign", object_id=campaign.id, subject_member_id=member_id)
