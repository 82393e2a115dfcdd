"""A member's own beans: what they have of each budget and until when, and every movement, from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from app.benefits.beans.days import LAST_DAY_OF_MEMBER
from app.benefits.beans.kinds import AccountKind
from app.benefits.beans.models import (
    OF_ACCOUNT,
    OF_LOT,
    BeanAccount,
    BeanBudget,
    BeanCatalogue,
    BeanEntry,
    BeanLot,
    BeanTransaction,
)
from app.core.clock import today_in_china
from tenants.database import db

PAGE = 50
_OWN_KINDS = (AccountKind.MEMBER, AccountKind.HELD)


@dataclass(frozen=True, slots=True)
class Share:
    """What a member has of a lot: `free` beans to spend through `last_day`, and `held` for purchases."""

    title: str
    expires_on: date
    last_day: date
    free: int
    held: int

    @property
    def is_in_grace(self) -> bool:
        return self.expires_on < today_in_china() <= self.last_day

    @property
    def days_left(self) -> int:
        return (self.last_day - today_in_china()).days


@dataclass(frozen=True, slots=True)
class Pot:
    """What a member has of a budget, lot by lot, the one that ends first at the beginning; spent on `categories` of goods."""

    title: str
    categories: Sequence[str]
    shares: list[Share]

    @property
    def free(self) -> int:
        return sum(share.free for share in self.shares)

    @property
    def held(self) -> int:
        return sum(share.held for share in self.shares)


@dataclass(frozen=True, slots=True)
class Movement:
    """A transaction as its member sees it: `change` of what they can spend and `kept` of what is held for purchases, out of `lots`."""

    id: UUID
    kind: str
    reason: str
    made_at: datetime
    change: int
    kept: int
    lots: Sequence[str]


def list_pots(member_id: UUID) -> list[Pot]:
    """The budgets of which a member has beans."""
    free, held = (
        func.coalesce(func.sum(BeanAccount.balance).filter(BeanAccount.kind == kind), 0) for kind in _OWN_KINDS
    )
    last_day = func.max(LAST_DAY_OF_MEMBER)
    query = (
        select(BeanBudget.id, BeanBudget.title, BeanCatalogue.categories, BeanLot.title, BeanLot.expires_on, last_day, free, held)
        .select_from(BeanAccount)
        .join(BeanLot, OF_LOT)
        .join(BeanBudget, (BeanBudget.zone_id == BeanLot.zone_id) & (BeanBudget.id == BeanLot.budget_id))
        .join(BeanCatalogue, (BeanCatalogue.zone_id == BeanBudget.zone_id) & (BeanCatalogue.id == BeanBudget.catalogue_id))
        .where(BeanAccount.member_id == member_id, BeanAccount.kind.in_(_OWN_KINDS), BeanAccount.balance > 0)
        .group_by(BeanBudget.zone_id, BeanBudget.id, BeanCatalogue.zone_id, BeanCatalogue.id, BeanLot.zone_id, BeanLot.id)
        .order_by(last_day, BeanLot.id)
    )  # fmt: skip
    pots: dict[UUID, Pot] = {}
    for budget_id, title, categories, lot, expires_on, until, in_hand, kept in db.session.execute(query):
        pot = pots.setdefault(budget_id, Pot(title, categories, []))
        pot.shares.append(Share(lot, expires_on, until, int(in_hand), int(kept)))
    return list(pots.values())


def list_movements(member_id: UUID, before: UUID | None = None, limit: int = PAGE) -> list[Movement]:
    """Every transaction that touched a member's beans, the newest first."""
    change, kept = (
        func.coalesce(func.sum(BeanEntry.amount).filter(BeanAccount.kind == kind), 0) for kind in _OWN_KINDS
    )
    query = (
        select(BeanTransaction.id, BeanTransaction.kind, BeanTransaction.reason, BeanTransaction.made_at, change, kept,
               func.array_agg(func.distinct(BeanLot.title)))
        .join(BeanEntry, (BeanEntry.zone_id == BeanTransaction.zone_id) & (BeanEntry.transaction_id == BeanTransaction.id))
        .join(BeanAccount, OF_ACCOUNT)
        .join(BeanLot, OF_LOT)
        .where(BeanAccount.member_id == member_id)
        .group_by(BeanTransaction.zone_id, BeanTransaction.id)
    )  # fmt: skip
    if before:
        query = query.where(BeanTransaction.id < before)
    rows = db.session.execute(query.order_by(BeanTransaction.id.desc()).limit(limit))
    return [
        Movement(key, kind, reason, at, int(changed), int(held), lots)
        for key, kind, reason, at, changed, held, lots in rows
    ]
