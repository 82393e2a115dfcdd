"""Reading the whole waiting list of a giveaway, as staff do: in the order of joining, or of the draw."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select

from app.members.models import Member, Membership
from app.modules.events.draws.models import Draw, DrawPlace
from app.modules.events.kinds.claim.models import Waiting
from app.modules.events.kinds.claim.queries import IN_LINE
from app.modules.events.kinds.claim.settings import offer_of
from app.modules.events.models import Campaign, Entry
from app.unions.models import Union
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody who waits as the `number`th."""

    number: int
    name: str
    union_name: str
    since: datetime


def list_line(campaign: Campaign, after: int = 0, limit: int | None = None) -> Iterator[Waiter]:
    """Who waits behind a number; whoever has left the zone's unions since has no name."""
    line = (_drawn(campaign.id) if offer_of(campaign).is_draw else _joined(campaign.id)).subquery()
    waiting = (
        select(line.c.number, Member.name, Union.name, line.c.since)
        .select_from(line)
        .outerjoin(Member, Member.id == line.c.member_id)
        .outerjoin(Membership, (Membership.member_id == line.c.member_id) & (Membership.status == "active"))
        .outerjoin(Union, Union.id == Membership.union_id)
        .where(line.c.number > after)
    )
    for number, name, union_name, since in db.session.execute(waiting.order_by(line.c.number).limit(limit)):
        yield Waiter(number, name or "–", union_name or "–", since)


def _joined(campaign_id: UUID) -> Select:
    number = func.row_number().over(order_by=Waiting.place).label("number")
    line = select(Waiting.member_id, Waiting.joined_at.label("since"), number)
    return line.where(Waiting.campaign_id == campaign_id, IN_LINE)


def _drawn(campaign_id: UUID) -> Select:
    number = func.row_number().over(order_by=DrawPlace.place).label("number")
    line = (
        select(Entry.member_id, Draw.drawn_at.label("since"), number)
        .join(DrawPlace, (DrawPlace.zone_id == Entry.zone_id) & (DrawPlace.id == Entry.id))
        .join(Draw, (Draw.zone_id == DrawPlace.zone_id) & (Draw.id == DrawPlace.campaign_id))
    )
    return line.where(DrawPlace.campaign_id == campaign_id, DrawPlace.waits)
