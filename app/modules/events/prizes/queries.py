"""Reading prizes and wins: what anybody may, and what staff do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from app.benefits.beans.models import BeanLot
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.benefits.vouchers.giving import Outcome
from app.benefits.vouchers.models import VoucherBatch
from app.core.money import yuan
from app.members.models import Membership
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Prize, Redraw, Redrawn, Win
from app.unions.models import Union
from tenants.database import db

OF_PRIZE = (Win.zone_id == Prize.zone_id) & (Win.prize_id == Prize.id)
OF_BATCH = (VoucherBatch.zone_id == Prize.zone_id) & (VoucherBatch.id == Prize.batch_id)
OF_LOT = (BeanLot.zone_id == Prize.zone_id) & (BeanLot.id == Prize.id)
GOT = (Outcome.GIVEN, Outcome.BEFORE)
PUBLIC = (Win.id, Win.place, Win.number, Win.masked_name, Win.outcome, Win.holds, Win.won_at)


@dataclass(frozen=True, slots=True)
class Offer:
    """A prize as members read it: what a piece is, what that is worth, and how long it is good."""

    title: str
    quantity: int
    piece: str
    value: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Winner:
    """A win as staff see it; `rule` is cited where one refused the piece."""

    entry_id: UUID
    place: int
    rank: int
    prize: str
    piece: str
    name: str
    union_name: str
    outcome: str
    rule: str
    holds: bool
    won_at: datetime


def list_prizes(campaign_id: UUID) -> Sequence[Prize]:
    """The prizes of an announced campaign, the highest first."""
    return db.session.scalars(select(Prize).where(Prize.campaign_id == campaign_id).order_by(Prize.rank)).all()


def list_offers(campaign_id: UUID) -> list[Offer]:
    """The same as members read them."""
    last_day = func.coalesce(VoucherBatch.expires_on, BeanLot.expires_on)
    offers = select(Prize, VoucherBatch.title, last_day).outerjoin(VoucherBatch, OF_BATCH).outerjoin(BeanLot, OF_LOT)
    found = db.session.execute(offers.where(Prize.campaign_id == campaign_id).order_by(Prize.rank))
    return [
        Offer(prize.title, prize.quantity, name_piece(batch, prize.beans), yuan(prize.value_cents), expires_on)
        for prize, batch, expires_on in found
    ]


def name_piece(batch_title: str | None, beans: int | None) -> str:
    """What a piece of a prize is, for people."""
    return _("%(number)s welfare beans", number=f"{beans:,}") if beans else batch_title or "–"


def find_win(entry_id: UUID) -> Row | None:
    """What an entry won: its outcome, whether it still `holds`, and the prize's `title`."""
    found = select(*PUBLIC, Prize.title, Prize.rank).join(Prize, OF_PRIZE).where(Win.id == entry_id)
    return db.session.execute(found).one_or_none()


def list_wins(campaign_id: UUID, after: int, limit: int) -> Sequence[Row]:
    """Those who were given a prize, in their order, as anybody may read it."""
    wins = (
        select(*PUBLIC, Prize.title, Prize.rank)
        .join(Prize, OF_PRIZE)
        .where(Win.campaign_id == campaign_id, Win.holds, Win.outcome.in_(GOT), Win.place > after)
    )
    return db.session.execute(wins.order_by(Win.place).limit(limit)).all()


def all_wins(campaign_id: UUID) -> Sequence[Row]:
    """Every win, given or refused, in its order, as anybody may read it."""
    wins = select(*PUBLIC, Prize.rank).join(Prize, OF_PRIZE).where(Win.campaign_id == campaign_id)
    return db.session.execute(wins.order_by(Win.place)).all()


def list_redrawn(campaign_id: UUID) -> Sequence[Row]:
    """The prizes that were drawn again, as anybody may read it: `name` gave up `title`, `next_name` got it or nobody did."""
    following = aliased(Win)
    found = (
        select(Redraw.why, Redraw.done_at, Redraw.outcome, Redraw.win_id, Redraw.next_win_id, Prize.title,
               Win.masked_name.label("name"), following.masked_name.label("next_name"))
        .join(Win, (Win.zone_id == Redraw.zone_id) & (Win.id == Redraw.win_id))
        .join(Prize, OF_PRIZE)
        .outerjoin(following, (following.zone_id == Redraw.zone_id) & (following.id == Redraw.next_win_id))
        .where(Redraw.campaign_id == campaign_id, Redraw.done_at.is_not(None), Redraw.outcome != Redrawn.KEPT)
    )  # fmt: skip
    return db.session.execute(found.order_by(Redraw.done_at, Redraw.id)).all()


def count_wins(campaign_id: UUID) -> int:
    """How many were given a prize."""
    given = select(func.count()).select_from(Win)
    return db.session.scalar(given.where(Win.campaign_id == campaign_id, Win.holds, Win.outcome.in_(GOT))) or 0


def list_winners(campaign_id: UUID, after: int = 0, limit: int | None = None) -> Iterator[Winner]:
    """Every win, given or refused, in its order, for staff."""
    wins = (
        select(Win, Prize, VoucherBatch.title, Union.name, PolicyRule)
        .join(Prize, OF_PRIZE)
        .outerjoin(VoucherBatch, OF_BATCH)
        .join(Entry, (Entry.zone_id == Win.zone_id) & (Entry.id == Win.id))
        .outerjoin(Membership, (Membership.member_id == Entry.member_id) & (Membership.status == "active"))
        .outerjoin(Union, Union.id == Membership.union_id)
        .outerjoin(PolicyRule, PolicyRule.id == Win.rule_id)
        .where(Win.campaign_id == campaign_id, Win.place > after)
    )
    for win, prize, batch, union_name, rule in db.session.execute(wins.order_by(Win.place).limit(limit)):
        yield Winner(win.id, win.place, prize.rank, prize.title, name_piece(batch, prize.beans), win.masked_name, union_name or "", win.outcome,
                     cite(rule) if rule else "", win.holds, win.won_at)  # fmt: skip
