"""What is decided when a lottery is closed: the draw, and who wins which prize in its order."""

from uuid import UUID

from sqlalchemy import Select, func, select

from app.modules.events.draws.drawing import draw
from app.modules.events.kinds.declaring import Settled
from app.modules.events.kinds.lottery.models import LotteryDay
from app.modules.events.kinds.lottery.registering import gives_daily
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.drawn import give_as_drawn


def settle(campaign: Campaign) -> Settled:
    """Draw, then give the prizes in the order of the draw, a part in each transaction."""
    draw(campaign.id, _by_days(campaign.id) if gives_daily(campaign) else None)
    return give_as_drawn(campaign, href=f"/events/lottery/{campaign.id}")


def _by_days(campaign_id: UUID) -> Select[UUID, int]:
    """The entries, with a chance for each day."""
    same = (LotteryDay.zone_id == Entry.zone_id) & (LotteryDay.campaign_id == Entry.campaign_id)
    days = select(Entry.id, func.count()).join(LotteryDay, same & (LotteryDay.member_id == Entry.member_id))
    return days.where(Entry.campaign_id == campaign_id).group_by(Entry.id)
