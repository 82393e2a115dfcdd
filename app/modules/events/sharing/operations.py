"""Keeping the shared copy of a campaign, and counting who took part in what was taken up."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.pages.content import touch_shared_content
from app.modules.events.models import Campaign, Entry
from app.modules.events.sharing.models import SharedCampaign, SharedCount
from app.modules.events.states import State
from tenants.context import current_zone
from tenants.database import db

COPIED = ("id", "kind", "title", "summary", "rules_html", "cover_file_id", "hosts", "opens_at", "closes_at")
STILL_COUNTED = timedelta(days=2)
"""After a campaign has closed: what was done in its last moments is counted too."""


def renew_copy(campaign: Campaign) -> None:
    """Bring the shared copy in line with a campaign that has taken a step: there while it is announced and not over, else not."""
    if not campaign.shared_down:
        return
    touch_shared_content()
    if campaign.state not in (State.FROZEN, State.OPEN):
        db.session.execute(delete(SharedCampaign).where(SharedCampaign.id == campaign.id))
        return
    zone = current_zone()
    values = {name: getattr(campaign, name) for name in COPIED} | {
        "origin_zone_id": zone.id, "origin_union_path": zone.union_path, "settings": without_batches(campaign.settings),
    }  # fmt: skip
    copy = insert(SharedCampaign).values(values)
    db.session.execute(copy.on_conflict_do_nothing())


def without_batches(settings: Any) -> Any:
    """A kind's settings without the vouchers and budgets of the zone that wrote them, however deep they are named."""
    if isinstance(settings, dict):
        kept = {name: value for name, value in settings.items() if not name.endswith(("batch_id", "budget_id"))}
        return {name: without_batches(value) for name, value in kept.items()}
    if isinstance(settings, list):
        return [without_batches(each) for each in settings]
    return settings


def count_taken_up() -> None:
    """Count who takes part in the zone's campaigns that are the city's too, for the city to read. On the worker plane."""
    origin = select(SharedCampaign.origin_zone_id).where(SharedCampaign.id == Campaign.shared_id).scalar_subquery()
    known = (
        select(SharedCount.origin_zone_id)
        .where(SharedCount.shared_id == Campaign.shared_id, SharedCount.held_in == current_zone().id)
        .scalar_subquery()
    )
    entries = select(func.count()).where(Entry.campaign_id == Campaign.id).correlate(Campaign).scalar_subquery()
    taken_up = select(Campaign.shared_id, func.coalesce(origin, known), entries).where(
        Campaign.shared_id.is_not(None),
        Campaign.frozen_at.is_not(None),
        Campaign.closed_at.is_(None) | (Campaign.closed_at > now() - STILL_COUNTED),
    )
    for shared_id, origin_zone_id, number in db.session.execute(taken_up).all():
        if origin_zone_id is None:  # the city's was over before anybody was counted
            continue
        row = insert(SharedCount).values(
            shared_id=shared_id,
            held_in=current_zone().id,
            origin_zone_id=origin_zone_id,
            entries=number,
            counted_at=now(),
        )
        fresh = {"entries": row.excluded.entries, "counted_at": row.excluded.counted_at}
        db.session.execute(row.on_conflict_do_update(index_elements=["shared_id", "held_in"], set_=fresh))
