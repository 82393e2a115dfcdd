"""Writing a campaign like one there is, for the next time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from app.core.clock import CHINA, now
from app.core.moments import Moment
from app.members.audience.choice import Audience
from app.members.audience.models import AudienceList
from app.modules.events.kinds import find_kind
from app.modules.events.models import Campaign
from app.modules.events.operations import content_of, draft_campaign
from app.modules.events.queries import find_campaign
from app.modules.events.weeks.queries import find_week, next_days
from tenants.context import Actor, current_zone
from tenants.database import db

A_WEEK = timedelta(weeks=1)


def copy_campaign(actor: Actor, campaign_id: UUID, copy_id: UUID) -> Campaign:
    """Draft a campaign with the content of another, at times to come, those in its settings too: in the next campaign week, or as many
    weeks later as it takes. Sent twice it is one. Raises `NotFound`.

    What its kind keeps beside the settings, as sessions, is not copied.
    """
    like = find_campaign(campaign_id)
    later = _later(like)
    content = replace(
        content_of(like),
        audience=_meant(like),
        settings=_moved(find_kind(like.kind).settings(), like.settings, later),
        shared_id=None,
        opens_at=like.opens_at + later,
        closes_at=like.closes_at + later,
    )
    return draft_campaign(actor, copy_id, like.kind, content)


def _moved(schema: Schema, written: Mapping[str, Any], later: timedelta) -> dict[str, Any]:
    """The same settings, or the same row of them, with each moment as much later."""
    moved = dict(written)
    for name, field in schema.fields.items():
        value = written.get(name)
        if value and isinstance(field, Moment):
            moment: Any = field.deserialize(value)
            moved[name] = moment + later
        elif value and isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            moved[name] = [_moved(field.inner.schema, row, later) for row in value]
    return moved


def _meant(like: Campaign) -> Audience:
    """Whom the other was for, as it was chosen: announced, it was fixed as a list, in which nobody stands who came since."""
    audience = Audience.from_json(like.audience)
    if audience.list_id is None:
        return audience
    listed = db.session.get(AudienceList, (current_zone().id, audience.list_id))
    return audience if listed is None or listed.is_uploaded else Audience.from_json(listed.audience)


def _later(like: Campaign) -> timedelta:
    """By how much the copy comes later: whole days, so that it opens and closes at the same time of the day."""
    opened_on = _day(like.opens_at)
    if like.week_id:
        week = find_week(like.week_id)
        then = next_days(week, opened_on)
        if then and (following := next_days(week, max(then.last, _day(now())) + timedelta(days=1))):
            return following.first - then.first
    return A_WEEK * max(1, -(-(_day(now()) + timedelta(days=1) - opened_on) // A_WEEK))


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()
