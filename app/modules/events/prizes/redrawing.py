"""Draws a prize again: one person asks for it, another agrees, and background work gives the piece to the next in the drawn order.

Where there is a waiting list, so does a piece whose voucher was made void, without being asked for.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.benefits import proposals
from app.benefits.papers import Step, hold
from app.benefits.proposals import ProposalState
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VoucherState
from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.core.outbox import emit
from app.core.pages.content import touch_content
from app.modules.events.draws.models import DrawPlace, PassedOver
from app.modules.events.draws.queries import is_decided
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.errors import GivenUp, NotDrawn, NothingToPassOn, PrizeUsed, RedrawWaiting
from app.modules.events.prizes.giving import free_numbers, give_prizes
from app.modules.events.prizes.models import Prize, Redraw, Redrawn, Why, Win
from app.modules.events.prizes.pieces import can_pass, is_used, return_beans, take_back
from app.modules.events.prizes.queries import GOT
from app.modules.events.promising import giving_key
from app.modules.events.queries import find_campaign
from app.modules.events.states import State
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

REDRAW = "events.redraw"
AT_ONCE = 200


def propose(actor: Actor, redraw_id: UUID, campaign_id: UUID, *, win_id: UUID, why: Why, ground: str) -> Redraw:
    """Ask to draw again what somebody won; sent twice it is one.

    Raises `NotFound`, `NotDrawn`, `GivenUp`, `PrizeUsed`, `NothingToPassOn`, and `RedrawWaiting` where another one of this win is not over.
    """
    before = db.session.get(Redraw, (current_zone().id, redraw_id))
    if before is not None:
        return before
    if not may_redraw(find_campaign(campaign_id)):
        raise NotDrawn
    win = db.session.get(Win, (current_zone().id, win_id))
    if win is None or win.campaign_id != campaign_id:
        raise NotFound
    if not win.holds:
        raise GivenUp
    if is_used(win):
        raise PrizeUsed
    if not can_pass(win):
        raise NothingToPassOn
    made = Redraw(
        id=redraw_id, campaign_id=campaign_id, win_id=win_id, why=why, ground=ground, state=ProposalState.SUBMITTED,
        version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as({"events_redraws_one_at_a_time": RedrawWaiting}):
        db.session.add(made)
    _remember("propose", made)
    return made


def take_step(actor: Actor, redraw_id: UUID, step: Step, *, seen: str, reason: str = "") -> Redraw:
    """Decide on it; what is agreed to is carried out in the background. Raises `NotDrawn`, and like `proposals.take_step`."""
    found = proposals.take_step(actor, Redraw, redraw_id, step, seen=seen, reason=reason)
    _remember(step.action, found)
    if step is proposals.APPROVE:
        if not may_redraw(find_campaign(found.campaign_id)):
            raise NotDrawn
        emit(REDRAW, dedupe_key=f"{REDRAW}:{found.id}", payload={"redraw_id": str(found.id)})
    return found


def carry_out(actor: Actor, redraw_id: UUID) -> None:
    """Take the piece back from its winner and give it to the next; done once it changes nothing. On the worker plane."""
    found = hold(Redraw, redraw_id, "events.redraw")
    if found.done_at is not None:
        return
    campaign = find_campaign(found.campaign_id)
    take_turn(f"events.prizes.{campaign.id}")
    win = db.session.get_one(Win, (current_zone().id, found.win_id), populate_existing=True)
    _pass_on(actor, campaign, found, win)
    return_beans(actor, campaign)


def pass_on_void(actor: Actor, campaign: Campaign) -> bool:
    """Give the pieces of winners whose voucher was made void to the next in the drawn order; whether there was any.

    Each is kept as a redraw that is done. On the worker plane.
    """
    take_turn(f"events.prizes.{campaign.id}")
    void = [(win, voucher) for win, voucher in _void_wins(campaign.id) if can_pass(win)]
    for win, voucher in void:
        made = Redraw(
            id=uuid7(), campaign_id=campaign.id, win_id=win.id, why=Why.VOID, ground=voucher.reason, version=1,
            state=ProposalState.APPROVED, made_by=voucher.acted_by, made_by_name=voucher.acted_by_name,
        )  # fmt: skip
        _pass_on(actor, campaign, made, win)
        db.session.add(made)
    return bool(void)


def may_redraw(campaign: Campaign) -> bool:
    """Whether its prizes may be drawn again: they were given in the order of a draw, and it is not archived."""
    return campaign.state in (State.CLOSED, State.SETTLED) and is_decided(campaign.id)


def find_redraw(redraw_id: UUID) -> Redraw:
    """Raises `NotFound`."""
    found = db.session.get(Redraw, (current_zone().id, redraw_id))
    if found is None:
        raise NotFound
    return found


def find_held(campaign_id: UUID, win_id: UUID | None) -> tuple[Win, Prize] | None:
    """What somebody won in a campaign and still holds, with its prize; none where nobody does."""
    win = db.session.get(Win, (current_zone().id, win_id)) if win_id else None
    if win is None or win.campaign_id != campaign_id or not win.holds:
        return None
    return win, db.session.get_one(Prize, (current_zone().id, win.prize_id))


def list_redraws(campaign_id: UUID) -> Sequence[tuple[Redraw, Win, Prize, Campaign]]:
    """The redraws of a campaign, the newest first, for staff."""
    return _list(Redraw.campaign_id == campaign_id)


def list_waiting() -> Sequence[tuple[Redraw, Win, Prize, Campaign]]:
    """The redraws that wait for a second person."""
    return _list(Redraw.state == ProposalState.SUBMITTED)


def _list(condition) -> Sequence[tuple[Redraw, Win, Prize, Campaign]]:
    found = (
        select(Redraw, Win, Prize, Campaign)
        .join(Win, (Win.zone_id == Redraw.zone_id) & (Win.id == Redraw.win_id))
        .join(Prize, (Prize.zone_id == Win.zone_id) & (Prize.id == Win.prize_id))
        .join(Campaign, (Campaign.zone_id == Redraw.zone_id) & (Campaign.id == Redraw.campaign_id))
    )
    rows = db.session.execute(found.where(condition).order_by(Redraw.id.desc()).limit(200))
    return [(redraw, win, prize, campaign) for redraw, win, prize, campaign in rows]


def _void_wins(campaign_id: UUID) -> Sequence[tuple[Win, Voucher]]:
    """Who holds a piece whose voucher was made void, `AT_ONCE` at most."""
    void = (
        select(Win, Voucher)
        .join(Prize, (Prize.zone_id == Win.zone_id) & (Prize.id == Win.prize_id))
        .join(Entry, (Entry.zone_id == Win.zone_id) & (Entry.id == Win.id))
        .join(Voucher, (Voucher.zone_id == Prize.zone_id) & (Voucher.batch_id == Prize.batch_id))
        .where(Voucher.member_id == Entry.member_id, Voucher.key == giving_key(campaign_id))
        .where(Win.campaign_id == campaign_id, Win.holds, Voucher.state == VoucherState.VOID)
    )
    return [(win, voucher) for win, voucher in db.session.execute(void.order_by(Win.place).limit(AT_ONCE))]


def _pass_on(actor: Actor, campaign: Campaign, redraw: Redraw, win: Win) -> None:
    """Take the piece from its winner, give it to the next, and keep what became of it."""
    if _take_back(actor, win, redraw.ground):
        redraw.next_win_id = _give_to_next(actor, campaign, win)
        redraw.outcome = Redrawn.PASSED if redraw.next_win_id else Redrawn.NOBODY
    else:
        redraw.outcome = Redrawn.KEPT
    redraw.done_at = now()
    db.session.flush()
    touch_content()
    _remember("carry_out", redraw, outcome=redraw.outcome)


def _take_back(actor: Actor, win: Win, ground: str) -> bool:
    """Whether the win gave up its piece: not once it is used, nor where nobody else could be given one."""
    if not win.holds or is_used(win) or not can_pass(win):
        return False
    take_back(actor, win, ground)
    win.holds = False
    db.session.get_one(DrawPlace, (current_zone().id, win.id)).won = False
    db.session.flush()
    return True


def _give_to_next(actor: Actor, campaign: Campaign, before: Win) -> UUID | None:
    """Give a piece that came back to the next who won nothing, or to the one after whom a rule refuses; the win that holds it."""
    prize = db.session.get_one(Prize, (current_zone().id, before.prize_id))
    after = 0
    while free_numbers(prize):
        place, member_id = _next_place(campaign.id, after) or (None, None)
        if place is None or member_id is None:
            return None
        place.waits = False
        wins = give_prizes(actor, campaign, [member_id], href=f"/events/{campaign.kind}/{campaign.id}")
        place.passed_over = None if wins else PassedOver.GONE
        for win in wins:
            place.won = win.outcome in GOT
            if win.holds:
                return win.id
        after = place.place
    return None


def _next_place(campaign_id: UUID, after: int) -> tuple[DrawPlace, UUID] | None:
    found = db.session.execute(
        select(DrawPlace, Entry.member_id)
        .join(Entry, (Entry.zone_id == DrawPlace.zone_id) & (Entry.id == DrawPlace.id))
        .outerjoin(Win, (Win.zone_id == DrawPlace.zone_id) & (Win.id == DrawPlace.id))
        .where(DrawPlace.campaign_id == campaign_id, DrawPlace.place > after, Win.id.is_(None))
        .where(DrawPlace.passed_over.is_(None))
        .order_by(DrawPlace.place)
        .limit(1)
        .with_for_update(of=DrawPlace)
    ).one_or_none()
    return (found[0], found[1]) if found else None


def _remember(action: str, redraw: Redraw, **detail: Any) -> None:
    record(f"events.redraw_{action}", object_type="events_campaign", object_id=redraw.campaign_id, redraw=str(redraw.id),
           entry=str(redraw.win_id), why=redraw.why, **detail)  # fmt: skip
