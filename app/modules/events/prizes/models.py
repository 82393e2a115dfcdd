"""The prizes of announced campaigns, who won them, and what was drawn again. Money is in cents."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.proposals import Proposal
from tenants.database import ZoneScoped, db


class Prize(ZoneScoped, db.Model):
    """A prize (奖项) of an announced campaign: `quantity` pieces, each worth `value_cents`; `rank` 1 is the highest.

    A piece is a voucher of a batch, or so many `beans` of a budget, which are kept for it as the lot that has the prize's id. Written when the campaign is announced, and never changed: no plane may.
    """

    __tablename__ = "events_prizes"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
        ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),
        ForeignKeyConstraint(["zone_id", "budget_id"], ["bean_budgets.zone_id", "bean_budgets.id"]),
    )

    campaign_id: Mapped[UUID]
    rank: Mapped[int]
    title: Mapped[str]
    batch_id: Mapped[UUID | None]
    budget_id: Mapped[UUID | None]
    beans: Mapped[int | None] = mapped_column(BigInteger)
    quantity: Mapped[int]
    value_cents: Mapped[int] = mapped_column(BigInteger)


class Win(ZoneScoped, db.Model):
    """That the entry with its id won (中奖) piece `number` of a prize, as the `place`th of the campaign's winners.

    `outcome` is what became of the piece (`benefits.vouchers.giving.Outcome`, `benefits.beans.promises.Awarded`), `rule_id` the spending rule that refused it. It
    `holds` its piece unless that went to somebody else; the database never lets two hold the same. Anybody may read all but
    `rule_id`: it does not say whose entry that is.
    """

    __tablename__ = "events_wins"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),
        ForeignKeyConstraint(
            ["zone_id", "campaign_id", "prize_id"],
            ["events_prizes.zone_id", "events_prizes.campaign_id", "events_prizes.id"],
        ),
    )

    campaign_id: Mapped[UUID]
    prize_id: Mapped[UUID]
    number: Mapped[int]
    place: Mapped[int]
    masked_name: Mapped[str]
    outcome: Mapped[str]
    rule_id: Mapped[UUID | None]
    holds: Mapped[bool]
    won_at: Mapped[datetime]


class Why(StrEnum):
    """Why a prize is drawn again; one that was made void goes on without a proposal where others wait for it."""

    DECLINED = "declined"
    INELIGIBLE = "ineligible"
    REFUSED = "refused"
    VOID = "void"


PROPOSED = (Why.DECLINED, Why.INELIGIBLE, Why.REFUSED)
"""What people propose."""


class Redrawn(StrEnum):
    """What became of a redraw that was agreed to."""

    PASSED = "passed"
    NOBODY = "nobody"
    KEPT = "kept"


class Redraw(Proposal, ZoneScoped, db.Model):
    """A proposal to draw a prize again (重新抽取): that a win gives up its piece to the next in the order of the draw.

    `why` is public, `ground` what staff and the winner read. Once done, `outcome` says whether the piece was `passed` on
    (`next_win_id`), there was `nobody` to have it, or the winner `kept` it, who had used it by then. One whose voucher was made void nobody
    proposed: it is `made_by` nobody, or by who made the voucher void, and done at once.
    """

    __tablename__ = "events_redraws"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_campaigns.zone_id", "events_campaigns.id"]),
        ForeignKeyConstraint(["zone_id", "win_id"], ["events_wins.zone_id", "events_wins.id"]),
        ForeignKeyConstraint(["zone_id", "next_win_id"], ["events_wins.zone_id", "events_wins.id"]),
    )

    made_by: Mapped[UUID | None] = mapped_column(nullable=True)  # type: ignore[assignment]
    campaign_id: Mapped[UUID]
    win_id: Mapped[UUID]
    why: Mapped[str]
    ground: Mapped[str]
    outcome: Mapped[str | None]
    next_win_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
