"""Who may take part in a campaign, and when."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Table, Uuid, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import Insert, insert

from app.core.audit import record
from app.core.clock import now
from app.core.row_ids import id_for_each_row
from app.members.audience.choice import Audience
from app.modules.events.errors import NotInvited, NotOpen
from app.modules.events.models import Campaign, Entry
from tenants.database import db
from tenants.isolation import RUNNING_ZONE

ENTRIES = cast("Table", Entry.__table__)
CAMPAIGN = bindparam("campaign", type_=Uuid())


def entering(member: ColumnElement[UUID], *where: ColumnElement[bool]) -> Insert:
    """Has each `member` of a query take part in `CAMPAIGN`, unless they do: it may be made once and kept."""
    rows = select(RUNNING_ZONE, id_for_each_row(), CAMPAIGN, member).where(*where)
    columns = ["zone_id", "id", "campaign_id", "member_id"]
    return insert(ENTRIES).from_select(columns, rows, include_defaults=False).on_conflict_do_nothing()


MEMBERS = func.unnest(bindparam("members", type_=ARRAY(Uuid()))).table_valued(column("member", Uuid())).render_derived()
ENTER = entering(MEMBERS.c.member).returning(ENTRIES.c.member_id)


def require_open(campaign: Campaign) -> None:
    """Raises `NotOpen` outside the campaign's own times."""
    if not campaign.is_open_at(now()):
        raise NotOpen


def require_open_for(member_id: UUID, campaign: Campaign) -> None:
    """Raises `NotOpen` outside the campaign's own times, and `NotInvited` for a member whom it is not for."""
    require_open(campaign)
    if not is_invited(member_id, campaign):
        raise NotInvited


def is_invited(member_id: UUID, campaign: Campaign) -> bool:
    """Whether the campaign is for a member."""
    return bool(invited(campaign, [member_id]))


def invited(campaign: Campaign, members: Sequence[UUID]) -> set[UUID]:
    """Those of these members whom the campaign is for."""
    audience = Audience.from_json(campaign.audience)
    return set(members) if audience.is_open else audience.included(members)


def enter(member_id: UUID, campaign: Campaign) -> bool:
    """Take part, once; whether the member did not before. Raises `NotOpen`, `NotInvited`."""
    require_open_for(member_id, campaign)
    entered = add_entries(campaign.id, [member_id])
    for each in entered:
        record("events.enter", object_type="events_campaign", object_id=campaign.id, subject_member_id=each)
    return bool(entered)


def add_entries(campaign_id: UUID, members: Sequence[UUID]) -> list[UUID]:
    """Note that these members take part; returns those who did not before."""
    once = list(dict.fromkeys(members))
    if not once:
        return []
    return list(db.session.scalars(ENTER, {"campaign": campaign_id, "members": once}))
