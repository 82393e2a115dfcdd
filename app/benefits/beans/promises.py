"""Beans that are promised as prizes: kept apart in their budget as a lot of their own, given to winners, and what nobody won goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, column, select, values

from app.benefits import rules
from app.benefits.beans.issuing import find_budget, members_of_budget
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.ledger import Move, post
from app.benefits.beans.models import BeanAccount, BeanCatalogue, BeanLot
from app.benefits.notices import BEANS_RECLAIMED
from app.benefits.rules import Giving
from app.benefits.rules.categories import earmark_of
from app.core.audit import record
from app.core.clock import today_in_china
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

PRIZE = "bean_prize"
OCCASION = "event_prize"
"""What they count as where spending rules look (`rules.categories.CATEGORIES`)."""


class Awarded(StrEnum):
    """What became of one winner's beans; `BEFORE` were given before."""

    GIVEN = "given"
    BEFORE = "before"
    NONE_LEFT = "none-left"
    CAPPED = "capped"
    OVER = "over"
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Award:
    """A winner with what became of their beans; `rule_id` is the spending rule of one `CAPPED`."""

    member_id: UUID
    outcome: Awarded
    rule_id: UUID | None = None


def promise(
    actor: Actor, lot_id: UUID, budget_id: UUID, amount: int, *, title: str, expires_on: date, reason: str
) -> None:
    """Keep `amount` beans of a budget for who will win them, as a lot of its own; once. Raises `NotFound`, `NotEnoughBeans`."""
    find_budget(budget_id)
    db.session.add(BeanLot(id=lot_id, budget_id=budget_id, title=title, expires_on=expires_on, grace_days=0))
    db.session.flush()
    post(actor, TransactionKind.PROMISE, f"promise:{lot_id}", [Move(amount, budget_id, lot_id)], reason=reason)
    _remember("promise", budget_id, lot_id, amount=amount)


def award(actor: Actor, lot_id: UUID, members: Sequence[UUID], each: int) -> list[Award]:
    """Give each member `each` beans of a promise, in the order of the list, and say what became of each; once a member.

    They count in the register of gifts until they expire or are taken back; whom a rule refuses, and who is no member of the budget's
    union, gets none, and the next in the list may. On the worker plane.
    """
    _take_turn(lot_id)
    lot = _find(lot_id)
    had = set(
        db.session.scalars(
            select(BeanAccount.member_id).where(*_with_members(lot_id), BeanAccount.member_id.in_(members))
        )
    )
    known = members_of_budget(lot.budget_id, members)
    waiting = [one for one in dict.fromkeys(members) if one in known and one not in had]
    is_over = today_in_china() > lot.expires_on
    room = 0 if is_over else promised(lot_id) // each
    chosen, refused = _within_caps(lot, waiting, room, each)
    if chosen:
        moves = [Move(each, lot.budget_id, lot_id, one) for one in chosen]
        post(actor, TransactionKind.AWARD, f"award:{lot_id}:{chosen[0]}", moves)
        _remember("award", lot.budget_id, lot_id, members=len(chosen), amount=each * len(chosen))

    def outcome(one: UUID) -> Awarded:
        if one in had:
            return Awarded.BEFORE
        if one not in known:
            return Awarded.STRANGER
        if one in chosen:
            return Awarded.GIVEN
        if is_over:
            return Awarded.OVER
        return Awarded.CAPPED if one in refused else Awarded.NONE_LEFT

    return [Award(one, outcome(one), refused.get(one)) for one in members]


def recall(actor: Actor, lot_id: UUID, member_id: UUID, *, reason: str) -> None:
    """Take a winner's unspent beans back into the promise, so that somebody else can be given them; the winner reads why."""
    _take_turn(lot_id)
    lot, amount = _find(lot_id), unspent(lot_id, member_id)
    post(
        actor,
        TransactionKind.RECALL,
        f"recall:{lot_id}:{member_id}",
        [Move(amount, lot.budget_id, lot_id, member_id)],
        reason=reason,
    )
    rules.take_back(lot_id, _worth(lot, [member_id], amount))
    _remember("recall", lot.budget_id, lot_id, amount=amount, stated_reason=reason)
    notify(BEANS_RECLAIMED.key, member_id, {"title": lot.title, "amount": str(amount), "reason": reason},
           dedupe_key=f"beans-recalled:{lot_id}")  # fmt: skip


def discharge(actor: Actor, lot_id: UUID, *, keep: int = 0, reason: str) -> int:
    """Give what of a promise nobody won back to its budget, but for `keep` beans; how many."""
    _take_turn(lot_id)
    lot, amount = _find(lot_id), promised(lot_id) - keep
    if amount > 0:
        move = Move(amount, lot.budget_id, lot_id)
        post(actor, TransactionKind.DISCHARGE, f"discharge:{lot_id}:{uuid7()}", [move], reason=reason)
        _remember("discharge", lot.budget_id, lot_id, amount=amount)
    return max(amount, 0)


def promised(lot_id: UUID) -> int:
    """How many beans of a promise nobody has won yet."""
    kept = select(BeanAccount.balance).where(BeanAccount.lot_id == lot_id, BeanAccount.kind == AccountKind.PROMISED)
    return db.session.scalar(kept) or 0


def unspent(lot_id: UUID, member_id: UUID) -> int:
    """How many beans of a promise a winner has and keeps for no purchase."""
    return (
        db.session.scalar(select(BeanAccount.balance).where(*_with_members(lot_id), BeanAccount.member_id == member_id))
        or 0
    )


def _within_caps(lot: BeanLot, waiting: Sequence[UUID], room: int, each: int) -> tuple[list[UUID], dict[UUID, UUID]]:
    """Register the first `room` of those who wait whom no rule refuses; they, and who is refused by which rule."""
    refused: dict[UUID, UUID] = {}
    while chosen := [one for one in waiting if one not in refused][:room]:
        found = rules.register(_giving(lot), _worth(lot, chosen, each))
        if not found:
            return chosen, refused
        refused |= {refusal.member_id: refusal.rule_id for refusal in found}
    return [], refused


def _giving(lot: BeanLot) -> Giving:
    catalogue = db.session.get_one(BeanCatalogue, (current_zone().id, find_budget(lot.budget_id).catalogue_id))
    return Giving(PRIZE, lot.id, OCCASION, today_in_china(), earmark_of(catalogue.categories))


def _worth(lot: BeanLot, members: Sequence[UUID], each: int):
    """Each of the members with what the beans come to in cents."""
    rows = values(column("member_id", Uuid), column("value_cents", BigInteger), name="awards")
    cents = each * find_budget(lot.budget_id).cents_per_bean
    rows = rows.data([(one, cents) for one in members])
    return select(rows.c.member_id, rows.c.value_cents)


def _with_members(lot_id: UUID) -> tuple:
    return BeanAccount.lot_id == lot_id, BeanAccount.kind == AccountKind.MEMBER


def _find(lot_id: UUID) -> BeanLot:
    return db.session.get_one(BeanLot, (current_zone().id, lot_id))


def _take_turn(lot_id: UUID) -> None:
    """What a promise has left is asked by one after the other."""
    take_turn(f"beans.promise.{current_zone().id}.{lot_id}")


def _remember(deed: str, budget_id: UUID, lot_id: UUID, **detail) -> None:
    record(f"beans.{deed}_prize", object_type="bean_budget", object_id=budget_id, lot=str(lot_id), **detail)
