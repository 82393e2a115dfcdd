"""What is decided once a game is closed: plays that still run are waited for, then the prizes are drawn or go to the best."""

from uuid import UUID

from sqlalchemy import Select, exists, false, literal, select

from app.members.models import Member
from app.modules.events.draws.drawing import draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.game.models import Best, Play
from app.modules.events.kinds.game.playing import close_late
from app.modules.events.kinds.game.queries import ORDER
from app.modules.events.kinds.game.settings import Rules, rules_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import AT_ONCE, give_as_drawn
from app.modules.events.prizes.giving import free_numbers, give_prizes
from app.modules.events.prizes.models import Win
from app.modules.events.prizes.queries import list_prizes
from tenants.context import current_actor
from tenants.database import db


def settle(campaign: Campaign) -> Settled:
    """End what nobody ended, then publish the seed of a wheel, draw, or go down the ranking, `AT_ONCE` in a transaction."""
    if close_late(campaign.id):
        return Settled.PART
    if db.session.scalar(select(exists().where(Play.campaign_id == campaign.id, Play.ended_at.is_(None)))):
        return Settled.WAITS
    rules = rules_of(campaign)
    if rules.is_wheel:
        draw(campaign.id, among=select(Best.id, literal(1)).where(false()))
        return Settled.WHOLE
    return _draw(campaign, rules) if rules.is_draw else _give_to_best(campaign, rules)


def _draw(campaign: Campaign, rules: Rules) -> Settled:
    draw(campaign.id, among=_reached(campaign, rules))
    return give_as_drawn(campaign, href=_here(campaign))


def _give_to_best(campaign: Campaign, rules: Rules) -> Settled:
    """The prizes in the order of the ranking, as long as a piece and somebody with the points is left."""
    free = sum(len(free_numbers(prize)) for prize in list_prizes(campaign.id))
    next_best = (
        select(Entry.member_id)
        .join(Best, (Best.zone_id == Entry.zone_id) & (Best.id == Entry.id))
        .join(Member, Member.id == Entry.member_id)
        .outerjoin(Win, (Win.zone_id == Entry.zone_id) & (Win.id == Entry.id))
        .where(Best.campaign_id == campaign.id, Best.points >= rules.least, Win.id.is_(None))
        .order_by(*ORDER)
    )
    members = db.session.scalars(next_best.limit(min(free, AT_ONCE))).all()
    if not members:
        return Settled.WHOLE
    give_prizes(current_actor(), campaign, members, href=_here(campaign))
    return Settled.PART


def _reached(campaign: Campaign, rules: Rules) -> Select[UUID, int]:
    """The entries in the draw: who reached the points, and who took a number instead."""
    reached = select(Best.id, literal(1))
    return reached.where(Best.campaign_id == campaign.id, (Best.points >= rules.least) | Best.has_number)


def _here(campaign: Campaign) -> str:
    return f"/events/game/{campaign.id}"
