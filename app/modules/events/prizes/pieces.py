"""What a prize's pieces are, vouchers of a batch or so many beans of a budget: given, asked about and taken back in one way."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans import promises
from app.benefits.beans.models import BeanLot
from app.benefits.beans.promises import Award, Awarded
from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.giving import Given, give
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import BEYOND_RECALL, GOOD
from app.benefits.vouchers.voiding import make_void
from app.core.clock import CHINA, today_in_china
from app.members.queries import belonging
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.models import Prize, Win
from app.modules.events.prizes.queries import GOT, list_prizes
from app.modules.events.promising import find_batch, giving_key
from app.modules.events.states import State
from tenants.context import Actor, current_zone
from tenants.database import db


def promise_beans(actor: Actor, campaign: Campaign, prize: Prize, days: int) -> None:
    """Keep the beans of a prize that is being announced, good for so many days after the campaign has closed."""
    if prize.budget_id is None or prize.beans is None:
        return
    title, last_day = _title(campaign, prize), campaign.closes_at.astimezone(CHINA).date() + timedelta(days=days)
    promises.promise(actor, prize.id, prize.budget_id, prize.beans * prize.quantity, title=title, expires_on=last_day,
                     reason=title)  # fmt: skip


def give_pieces(actor: Actor, campaign: Campaign, prize: Prize, members: Sequence[UUID]) -> Sequence[Given | Award]:
    """Give each of these members a piece, and say what became of each; who has left the zone's unions, or the budget's, gets none."""
    if prize.batch_id is not None:
        here = belonging(members)
        asking = [each for each in members if each in here]
        given = {each.member_id: each for each in give(actor, prize.batch_id, asking, key=giving_key(campaign.id))}
        return [given.get(each) or Award(each, Awarded.STRANGER) for each in members]
    return promises.award(actor, prize.id, members, prize.beans or 0)


def is_used(win: Win) -> bool:
    """Whether the winner has redeemed the voucher or has it in their WeChat, or spent or kept for a purchase any of the beans."""
    prize = _prize(win)
    if prize.batch_id is None:
        return win.outcome in GOT and promises.unspent(prize.id, _winner(win)) < (prize.beans or 0)
    voucher = _voucher_of(win)
    return voucher is not None and voucher.state in BEYOND_RECALL


def take_back(actor: Actor, win: Win, ground: str) -> None:
    """Take from a winner what they have not used of a piece, if it was given; they read why."""
    if _prize(win).batch_id is None:
        if win.outcome in GOT:
            promises.recall(actor, win.prize_id, _winner(win), reason=ground)
        return
    voucher = _voucher_of(win)
    if voucher is not None and voucher.state in GOOD:
        make_void(actor, voucher.id, reason=ground)


def can_pass(win: Win) -> bool:
    """Whether another piece of the same prize can be given today."""
    prize = _prize(win)
    if prize.batch_id is None:
        return today_in_china() <= db.session.get_one(BeanLot, (current_zone().id, prize.id)).expires_on
    batch = find_batch(prize.batch_id)
    return batch is not None and batch.state == BatchState.APPROVED and today_in_china() <= batch.expires_on


def return_beans(actor: Actor, campaign: Campaign) -> None:
    """Give the promised beans that nobody won back to their budget; until it is archived a settled campaign keeps those of refused
    winners, which may be drawn again."""
    for prize in list_prizes(campaign.id):
        if prize.beans is not None:
            kept = prize.beans * _count_refused(prize) if campaign.state == State.SETTLED else 0
            promises.discharge(actor, prize.id, keep=kept, reason=_title(campaign, prize))


def _count_refused(prize: Prize) -> int:
    refused = select(func.count()).where(Win.prize_id == prize.id, Win.holds, Win.outcome.not_in(GOT))
    return db.session.scalar(refused) or 0


def _prize(win: Win) -> Prize:
    return db.session.get_one(Prize, (current_zone().id, win.prize_id))


def _winner(win: Win) -> UUID:
    return db.session.get_one(Entry, (current_zone().id, win.id)).member_id


def _voucher_of(win: Win) -> Voucher | None:
    """The voucher that was given for a win."""
    given = (
        select(Voucher)
        .join(Entry, (Entry.zone_id == Voucher.zone_id) & (Entry.member_id == Voucher.member_id))
        .join(Prize, (Prize.zone_id == Voucher.zone_id) & (Prize.batch_id == Voucher.batch_id))
        .where(Entry.id == win.id, Prize.id == win.prize_id, Voucher.key == giving_key(win.campaign_id))
    )
    return db.session.scalar(given)


def _title(campaign: Campaign, prize: Prize) -> str:
    return f"{campaign.title} · {prize.title}"
