"""What a live stream asks before it is reviewed, what its pages show, and the reminders of it."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.reminding import params
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import moment
from app.core.pages.content import touch_content
from app.core.seen import require_seen
from app.modules.events.entering import invited
from app.modules.events.errors import NotInvited
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.live.errors import BeginsSoon
from app.modules.events.kinds.live.models import Count, Reminder, Show
from app.modules.events.kinds.live.tallying import LIKES, VIEWS, tally
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from app.modules.events.states import State
from app.notifications.fan_out import notify_each
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

BEFORE = timedelta(minutes=10)
REMEMBERED = 2.0
"""Seconds for which a process remembers what is written of a stream's numbers."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """How often a stream was watched and liked."""

    views: int
    likes: int


_written: dict[tuple[UUID, UUID], tuple[float, Numbers]] = {}


def choices() -> dict[str, Any]:
    """The form offers nothing to choose from."""
    return {}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    found = find_show(campaign.id)
    return [(_("Address of the stream"), found.stream_url if found else campaign.settings["stream_url"])]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What the campaign's page shows; the same for every visitor."""
    return {"show": find_show(campaign.id), "begins_at": campaign.opens_at, "is_over": not campaign.goes_on_at(now())}


def desk(campaign: Campaign) -> dict[str, Any]:
    """What the staff's page shows once it is announced: the numbers, hour by hour, and who asked to be reminded."""
    asked = select(func.count()).select_from(Reminder).where(Reminder.show_id == campaign.id)
    hour = func.date_trunc("hour", Count.minute)
    by_hour = (
        select(hour.label("hour"), func.sum(Count.views).label("views"), func.sum(Count.likes).label("likes"))
        .where(Count.show_id == campaign.id)
        .group_by(hour)
        .order_by(hour)
    )
    hours = db.session.execute(by_hour).all()
    return {"show": find_show(campaign.id), "reminders": db.session.scalar(asked), "hours": hours,
            "views": sum(each.views for each in hours), "likes": sum(each.likes for each in hours)}  # fmt: skip


def require_ready(campaign: Campaign) -> None:
    """The address is all there is to ask, and the form asks for it."""


def announced(campaign: Campaign) -> None:
    db.session.add(Show(id=campaign.id, stream_url=campaign.settings["stream_url"]))
    db.session.flush()


def settle(_campaign: Campaign) -> Settled:
    """A stream that is over leaves nothing to decide."""
    return Settled.WHOLE


def find_show(campaign_id: UUID) -> Show | None:
    return db.session.get(Show, (current_zone().id, campaign_id))


def change_addresses(campaign_id: UUID, stream_url: str, replay_url: str, *, seen: str | None) -> Show:
    """Say where the stream is now, and where it can be watched again. Raises `NotFound`, `ChangedMeanwhile`."""
    show = db.session.get(Show, (current_zone().id, campaign_id), with_for_update=True, populate_existing=True)
    if show is None:
        raise NotFound
    require_seen(seen, show.mark, show)
    show.stream_url, show.replay_url = stream_url, replay_url
    show.version += 1
    db.session.flush()
    touch_content()
    record("events.live_addresses", object_type="events_campaign", object_id=campaign_id, stream_url=stream_url,
           replay_url=replay_url)  # fmt: skip
    return show


def numbers(campaign_id: UUID) -> Numbers:
    """How often the stream was watched and liked, as far as this process knows: a few seconds late for others'."""
    place = (current_zone().id, campaign_id)
    at, written = _written.get(place, (0.0, Numbers(0, 0)))
    if time.monotonic() - at >= REMEMBERED:
        summed = select(func.coalesce(func.sum(Count.views), 0), func.coalesce(func.sum(Count.likes), 0))
        views, likes = db.session.execute(summed.where(Count.show_id == campaign_id)).one()
        written = Numbers(int(views), int(likes))
        _written[place] = (time.monotonic(), written)
    return Numbers(written.views + tally.waiting(campaign_id, VIEWS), written.likes + tally.waiting(campaign_id, LIKES))


def takes_reminders(campaign: Campaign) -> bool:
    """Whether who asks now is reminded."""
    return now() < campaign.opens_at - BEFORE


def is_to_be_reminded(member_id: UUID, campaign_id: UUID) -> bool:
    asked = select(Reminder.id).where(Reminder.show_id == campaign_id, Reminder.member_id == member_id)
    return db.session.scalar(asked) is not None


def ask_reminder(member_id: UUID, campaign_id: UUID) -> None:
    """Be reminded ten minutes before; asked twice it is once. Raises `NotFound`, `NotInvited`, and `BeginsSoon` from then on."""
    campaign = find_announced(campaign_id)
    if not invited(campaign, [member_id]):
        raise NotInvited
    if not takes_reminders(campaign):
        raise BeginsSoon
    made = insert(Reminder).values(zone_id=current_zone().id, id=uuid7(), show_id=campaign_id, member_id=member_id)
    db.session.execute(made.on_conflict_do_nothing())
    record("events.live_remind", object_type="events_campaign", object_id=campaign_id, subject_member_id=member_id)


def drop_reminder(member_id: UUID, campaign_id: UUID) -> None:
    """Be reminded no more."""
    db.session.execute(delete(Reminder).where(Reminder.show_id == campaign_id, Reminder.member_id == member_id))
    record("events.live_forget", object_type="events_campaign", object_id=campaign_id, subject_member_id=member_id)


def remind() -> bool:
    """Remind who asked of the next stream that begins within ten minutes; whether there was one. Worker plane."""
    due = (
        select(Show, Campaign)
        .join(Campaign, (Campaign.zone_id == Show.zone_id) & (Campaign.id == Show.id))
        .where(Show.reminded_at.is_(None), Campaign.state.in_([State.FROZEN, State.OPEN]))
        .where(Campaign.opens_at <= now() + BEFORE, Campaign.closes_at > now())
        .order_by(Campaign.opens_at)
        .limit(1)
    )
    found = db.session.execute(due).first()
    if found is None:
        return False
    show, campaign = found
    show.reminded_at = now()
    rows = select(
        Reminder.member_id,
        params(title=campaign.title, when=moment(campaign.opens_at)),
        literal(f"events.live_near:{show.id}").label("dedupe_key"),
    ).where(Reminder.show_id == show.id)
    notify_each("events.live_near", rows)
    db.session.flush()
    return True
