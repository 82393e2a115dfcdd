"""Giving a campaign's prizes to its winners, in their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans.promises import Award, Awarded
from app.benefits.vouchers.giving import Given, Outcome
from app.core.clock import now
from app.core.identifiers import mask_name
from app.core.pages.content import touch_content
from app.members.models import Member
from app.modules.events.models import Campaign, Entry
from app.modules.events.prizes.models import Prize, Win
from app.modules.events.prizes.pieces import give_pieces
from app.modules.events.prizes.queries import GOT, list_prizes
from app.modules.events.prizes.words import why_refused
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

OWN_REFUSALS = (Outcome.CAPPED, Outcome.ENOUGH, Awarded.STRANGER)
"""What stands in the way of this winner alone, so that the next may still be given the piece."""


@dataclass(frozen=True, slots=True)
class Winner:
    """Somebody in a campaign's order of winners."""

    entry_id: UUID
    member_id: UUID
    name: str


def give_prizes(actor: Actor, campaign: Campaign, winners: Sequence[UUID], *, href: str) -> list[Win]:
    """Give members what is left of the prizes, in this order, the highest first; returns who of them won what, now or before.

    Each must have an entry in the campaign, and wins once, however often they are named; who is no member any more wins nothing.
    Where a piece is refused that is kept as the win's outcome, the winner is told, and the piece goes to the next if the campaign
    `passes_on`. `href` is the page that winners are sent to. On the worker plane.
    """
    take_turn(f"events.prizes.{campaign.id}")
    named = _winners(campaign.id, winners)
    entries = [each.entry_id for each in named]
    before = set(db.session.scalars(select(Win.id).where(Win.id.in_(entries))))
    waiting = [each for each in named if each.entry_id not in before]
    for prize in list_prizes(campaign.id):
        waiting = _give(actor, campaign, prize, waiting, href)
    touch_content()
    return list(db.session.scalars(select(Win).where(Win.id.in_(entries)).order_by(Win.place)))


def give_prize(actor: Actor, campaign: Campaign, prize: Prize, member_id: UUID, *, href: str) -> Win | None:
    """Give a member, who has an entry and won nothing before, a piece of this prize; None where none is left. As `give_prizes`."""
    take_turn(f"events.prizes.{campaign.id}")
    winners = _winners(campaign.id, [member_id])
    _give(actor, campaign, prize, winners, href)
    touch_content()
    return db.session.get(Win, (current_zone().id, winners[0].entry_id)) if winners else None


def _give(actor: Actor, campaign: Campaign, prize: Prize, waiting: list[Winner], href: str) -> list[Winner]:
    """Give what is left of a prize to those who wait, in their order; returns who waits still."""
    place = db.session.scalar(select(func.max(Win.place)).where(Win.campaign_id == campaign.id)) or 0
    while (free := free_numbers(prize)) and waiting:
        turn, waiting = waiting[: len(free)], waiting[len(free) :]
        given = give_pieces(actor, campaign, prize, [each.member_id for each in turn])
        for number, winner, each in zip(free, turn, given, strict=False):
            place += 1
            db.session.add(_win(campaign, prize, number, place, winner, each))
            _tell(campaign, prize, each, href)
        db.session.flush()
    return waiting


def free_numbers(prize: Prize) -> list[int]:
    """The pieces of a prize that nobody holds."""
    held = set(db.session.scalars(select(Win.number).where(Win.prize_id == prize.id, Win.holds)))
    return [number for number in range(1, prize.quantity + 1) if number not in held]


def known(members: Sequence[UUID]) -> set[UUID]:
    """Those of these that were not erased."""
    return set(db.session.scalars(select(Member.id).where(Member.id.in_(members))))


def count_free(campaign_id: UUID) -> int:
    """How many pieces of a campaign's prizes nobody holds."""
    return sum(len(free_numbers(prize)) for prize in list_prizes(campaign_id))


def _winners(campaign_id: UUID, members: Sequence[UUID]) -> list[Winner]:
    entered = (
        select(Entry.member_id, Entry.id, Member.name)
        .join(Member, Member.id == Entry.member_id)
        .where(Entry.campaign_id == campaign_id, Entry.member_id.in_(members))
    )
    found = {member_id: Winner(entry_id, member_id, name) for member_id, entry_id, name in db.session.execute(entered)}
    return [found[member_id] for member_id in dict.fromkeys(members) if member_id in found]


def _win(campaign: Campaign, prize: Prize, number: int, place: int, winner: Winner, given: Given | Award) -> Win:
    passes_on = campaign.settings.get("passes_on") and given.outcome in OWN_REFUSALS
    return Win(
        id=winner.entry_id, campaign_id=campaign.id, prize_id=prize.id, number=number, place=place,
        masked_name=mask_name(winner.name), outcome=given.outcome, rule_id=given.rule_id, holds=not passes_on, won_at=now(),
    )  # fmt: skip


def _tell(campaign: Campaign, prize: Prize, given: Given | Award, href: str) -> None:
    kind, params = "events.prize", {"title": campaign.title, "prize": prize.title}
    if given.outcome not in GOT:
        kind, params = "events.prize_refused", params | {"why": why_refused(given)}
    notify(kind, given.member_id, params, dedupe_key=f"events.prize:{campaign.id}", href=href)
