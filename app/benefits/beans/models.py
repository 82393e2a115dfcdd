"""Budgets and lots of beans, and the ledger over them. Amounts are whole beans."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, FetchedValue, ForeignKey, ForeignKeyConstraint, LargeBinary, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.papers import Paper
from app.benefits.proposals import Proposal
from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union


class BeanCatalogue(ZoneScoped, db.Model):
    """What a union lets beans be spent on: `categories` of goods and services."""

    __tablename__ = "bean_catalogues"

    title: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(ARRAY(PathText))


class BeanBudget(ZoneScoped, db.Model):
    """A union's budget of beans for a year; its beans are spent on its catalogue, and on nothing else. Each counts as
    `cents_per_bean` where spending rules look at what members are given."""

    __tablename__ = "bean_budgets"
    __table_args__ = (
        placed_in_union(),
        ForeignKeyConstraint(["zone_id", "catalogue_id"], ["bean_catalogues.zone_id", "bean_catalogues.id"]),
    )

    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    catalogue_id: Mapped[UUID]
    title: Mapped[str]
    year: Mapped[int] = mapped_column(SmallInteger)
    cents_per_bean: Mapped[int]


class BeanAppropriation(Proposal, ZoneScoped, db.Model):
    """Beans to put into a budget (拨入), or to take out of what was not issued (收回), on a `ground`: the decision it follows."""

    __tablename__ = "bean_appropriations"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "budget_id"], ["bean_budgets.zone_id", "bean_budgets.id"]),)

    budget_id: Mapped[UUID]
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    ground: Mapped[str]


class BeanCatalogueChange(Proposal, ZoneScoped, db.Model):
    """What a catalogue, which may not be there yet, shall be called and hold."""

    __tablename__ = "bean_catalogue_changes"

    catalogue_id: Mapped[UUID]
    title: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(ARRAY(PathText))


class BeanLot(ZoneScoped, db.Model):
    """Beans issued together out of one budget: good through `expires_on` in China, and `grace_days` longer."""

    __tablename__ = "bean_lots"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "budget_id"], ["bean_budgets.zone_id", "bean_budgets.id"]),)

    budget_id: Mapped[UUID]
    title: Mapped[str]
    expires_on: Mapped[date]
    grace_days: Mapped[int] = mapped_column(SmallInteger)


class BeanIssue(Paper, ZoneScoped, db.Model):
    """An issue of beans (发放) to members, out of one budget (`issue_states.STEPS`), on an occasion (`rules.categories.CATEGORIES`).

    `recipients` and `total` are counted when it is submitted, and its lines stand from then on. Whoever made it never checks
    it: the database refuses that. Its lot has its id. Its members were chosen by an `audience`, each with `amount_each`, or named
    in a sheet, of which `refused` lines could not be taken; `problems` keeps the first of these: line, code, cell, values.
    """

    __tablename__ = "bean_issues"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "budget_id"], ["bean_budgets.zone_id", "bean_budgets.id"]),)

    budget_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(PathText)
    title: Mapped[str]
    expires_on: Mapped[date]
    grace_days: Mapped[int] = mapped_column(SmallInteger)
    recipients: Mapped[int | None]
    total: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    issued_at: Mapped[datetime | None]
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    amount_each: Mapped[int | None] = mapped_column(BigInteger)
    sheet_name: Mapped[str] = mapped_column(default="")
    refused: Mapped[int] = mapped_column(default=0)
    problems: Mapped[list[Any]] = mapped_column(default=list)


class BeanIssueLine(ZoneScoped, db.Model):
    """What one member gets of an issue; the account it opens and its entry have its id."""

    __tablename__ = "bean_issue_lines"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "issue_id"], ["bean_issues.zone_id", "bean_issues.id"]),)

    issue_id: Mapped[UUID]
    member_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(BigInteger)


class BeanIssueRefusal(ZoneScoped, db.Model):
    """A line, by its id, that was left out when its issue was written: a spending rule would have been gone beyond by `over_cents`."""

    __tablename__ = "bean_issue_refusals"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["bean_issue_lines.zone_id", "bean_issue_lines.id"]),)

    issue_id: Mapped[UUID]
    member_id: Mapped[UUID]
    rule_id: Mapped[UUID] = mapped_column(ForeignKey("policy_rules.id"))
    over_cents: Mapped[int] = mapped_column(BigInteger)


class BeanAccount(ZoneScoped, db.Model):
    """Where beans lie (`kinds.AccountKind`). `balance` is the sum of its entries: a trigger of the database keeps it,
    and nothing falls below zero but what was put into a budget, which is counted downwards."""

    __tablename__ = "bean_accounts"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "budget_id"], ["bean_budgets.zone_id", "bean_budgets.id"]),
        ForeignKeyConstraint(
            ["zone_id", "lot_id", "budget_id"], ["bean_lots.zone_id", "bean_lots.id", "bean_lots.budget_id"]
        ),
    )

    kind: Mapped[str]
    budget_id: Mapped[UUID]
    lot_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    balance: Mapped[int] = mapped_column(BigInteger, server_default="0")


class BeanHold(ZoneScoped, db.Model):
    """Beans of a member's kept for a purchase: `purpose` is the caller's name for it, as `mall.order:…`.

    `held` becomes `spent` or `released`, once. `refunded` of what was spent went back to the lots it came from.
    """

    __tablename__ = "bean_holds"

    member_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(PathText)
    purpose: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str]
    refunded: Mapped[int] = mapped_column(BigInteger, server_default="0")
    held_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class BeanReclaim(Paper, ZoneScoped, db.Model):
    """A proposal to take unspent beans of an issue back (收回), and what became of it (`reclaim_states.STEPS`).

    `members` are those from whom `taken` beans were taken so far. Whoever made it never checks it: the database refuses that.
    """

    __tablename__ = "bean_reclaims"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "issue_id"], ["bean_issues.zone_id", "bean_issues.id"]),)

    issue_id: Mapped[UUID]
    whom: Mapped[str]
    reason: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    members: Mapped[int] = mapped_column(default=0)
    taken: Mapped[int] = mapped_column(BigInteger, default=0)
    done_at: Mapped[datetime | None]


class BeanRefundGrace(ZoneScoped, db.Model):
    """That a member spends what they have of a lot through `until`, later than its last day: some of it was given back late."""

    __tablename__ = "bean_refund_graces"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "lot_id"], ["bean_lots.zone_id", "bean_lots.id"]),)

    lot_id: Mapped[UUID]
    member_id: Mapped[UUID]
    until: Mapped[date]


class BeanTransaction(ZoneScoped, db.Model):
    """A move of beans (`kinds.TransactionKind`), made once for its `key`; never changed.

    `hold_id` names the hold that beans move for. `digest` is the SHA-256 of what was asked for: the same key with other contents is refused. `made_in` is the database's
    transaction, so that no entry is added later.
    """

    __tablename__ = "bean_transactions"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "hold_id"], ["bean_holds.zone_id", "bean_holds.id"]),)

    kind: Mapped[str]
    hold_id: Mapped[UUID | None]
    key: Mapped[str] = mapped_column(PathText)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(default="")
    made_by: Mapped[UUID | None]
    made_by_name: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    made_in: Mapped[int] = mapped_column(BigInteger, FetchedValue())


class BeanEntry(ZoneScoped, db.Model):
    """What a transaction took from an account (below zero) or gave to it."""

    __tablename__ = "bean_entries"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "transaction_id"], ["bean_transactions.zone_id", "bean_transactions.id"]),
        ForeignKeyConstraint(["zone_id", "account_id"], ["bean_accounts.zone_id", "bean_accounts.id"]),
    )

    transaction_id: Mapped[UUID]
    account_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(BigInteger)


OF_LOT = (BeanLot.zone_id == BeanAccount.zone_id) & (BeanLot.id == BeanAccount.lot_id)
"""Joins an account with its lot."""
OF_ACCOUNT = (BeanAccount.zone_id == BeanEntry.zone_id) & (BeanAccount.id == BeanEntry.account_id)
"""Joins an entry with its account."""
