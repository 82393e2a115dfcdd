"""What is decided once a game is closed: plays that still run are waited for, then the prizes are drawn or go to the best."""

from uuid import UUID

from sqlalchemy import Select, exists, false, literal, select

from app.modules.events.draws.drawing import draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.game.models import Best, Play
from app.modules.events.kinds.game.playing import close_late
from app.modules.events.kinds.game.queries import ORDER
from app.modules.events.kinds.game.settings import Rules, rules_of
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import give_as_drawn
from app.modules.events.prizes.ranked import give_as_ranked
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
    if rules.is_draw:
        return _draw(campaign, rules)
    return give_as_ranked(campaign, _best(campaign, rules), href=_here(campaign))


def _draw(campaign: Campaign, rules: Rules) -> Settled:
    draw(campaign.id, among=_reached(campaign, rules))
    return give_as_drawn(campaign, href=_here(campaign))


def _best(campaign: Campaign, rules: Rules) -> Select[UUID]:
    """Who reached the points, the best first."""
    best = select(Entry.member_id).join(Best, (Best.zone_id == Entry.zone_id) & (Best.id == Entry.id))
    return best.where(Best.campaign_id == campaign.id, Best.points >= rules.least).order_by(*ORDER)


def _reached(campaign: Campaign, rules: Rules) -> Select[UUID, int]:
    """The entries in the draw: who reached the points, and who took a number instead."""
    reached = select(Best.id, literal(1))
    return reached.where(Best.campaign_id == campaign.id, (Best.points >= rules.least) | Best.has_number)


def _here(campaign: Campaign) -> str:
    return f"/events/game/{campaign.id}"
