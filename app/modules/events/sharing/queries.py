"""Reading what the city shares, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, select

from app.core.clock import now
from app.core.errors import NotFound
from app.modules.events.models import Campaign
from app.modules.events.sharing.models import SharedCampaign, SharedCount
from app.modules.events.states import State
from tenants.context import current_zone
from tenants.database import db
from tenants.models import Zone


@dataclass(frozen=True, slots=True)
class Offered:
    """A campaign of the city, and what the zone made of it: its own one, or none."""

    shared: SharedCampaign
    own: Campaign | None


def find_shared(shared_id: UUID) -> SharedCampaign:
    """A campaign that the city shares with the running zone; raises `NotFound`."""
    found = db.session.scalar(_from_above().where(SharedCampaign.id == shared_id))
    if found is None:
        raise NotFound
    return found


def list_offered() -> list[Offered]:
    """What the city shares with the zone, what ends first at the beginning."""
    shared = db.session.scalars(_from_above().order_by(SharedCampaign.closes_at, SharedCampaign.id).limit(100)).all()
    taken_up = select(Campaign).where(
        Campaign.shared_id.in_([each.id for each in shared]), Campaign.state != State.CANCELLED
    )
    own = {each.shared_id: each for each in db.session.scalars(taken_up)}
    return [Offered(each, own.get(each.id)) for each in shared]


def list_for_members() -> list[SharedCampaign]:
    """What members take part in at the city's: all that is shared but what the zone holds itself."""
    return [each.shared for each in list_offered() if each.own is None]


def list_counts(campaign_id: UUID) -> Sequence[Row]:
    """How many took part in the zones that took a campaign up, by the zone's `name`, those with most at the beginning."""
    counts = select(Zone.name, SharedCount.entries, SharedCount.counted_at).join(Zone, Zone.id == SharedCount.held_in)
    return db.session.execute(
        counts.where(SharedCount.shared_id == campaign_id).order_by(SharedCount.entries.desc(), Zone.name)
    ).all()


def _from_above():
    return select(SharedCampaign).where(
        SharedCampaign.origin_zone_id != current_zone().id, SharedCampaign.closes_at > now()
    )
