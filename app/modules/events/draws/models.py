"""A campaign's draw and the place of each entry in it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Draw(ZoneScoped, db.Model):
    """The draw of the campaign that has its id: `seed` (hex) is published when it is drawn, `commitment` before it opens.

    `rule` says who takes part where that is not everybody who entered, in the words in which it was announced.

    Members read every column but `seed_cipher`; once drawn the database changes none of them.
    """

    __tablename__ = "events_draws"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_campaigns.zone_id", "events_campaigns.id"]),)

    seed_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[str]
    rule: Mapped[str] = mapped_column(default="")
    entrants: Mapped[int | None]
    entrants_digest: Mapped[str | None]
    seed: Mapped[str | None]
    drawn_at: Mapped[datetime | None]


class PassedOver(StrEnum):
    """Why the order goes past an entry without a prize: its member has left the waiting list, or is no more (erased)."""

    LEFT = "left"
    GONE = "gone"


class DrawPlace(ZoneScoped, db.Model):
    """The place of the entry that has its id, from 1, and its `chances`; `won` is said when prizes are given in this order.

    Who won nothing then may stand on a waiting list (候补) in the same order: one `waits` until a piece comes back, or none will any more.
    Where it is `passed_over` the next one's turn comes instead, for good.

    Anybody may read it: it does not say whose entry that is.
    """

    __tablename__ = "events_draw_places"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),
        ForeignKeyConstraint(["zone_id", "campaign_id"], ["events_draws.zone_id", "events_draws.id"]),
    )

    campaign_id: Mapped[UUID]
    place: Mapped[int]
    chances: Mapped[int] = mapped_column(default=1)
    won: Mapped[bool | None]
    waits: Mapped[bool] = mapped_column(default=False)
    passed_over: Mapped[str | None]
