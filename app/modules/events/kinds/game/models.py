"""Plays, what the server keeps of each game, and the best of each member. Members write none of it themselves."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, ForeignKeyConstraint, Integer, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import ZoneScoped, db


class Best(ZoneScoped, db.Model):
    """The best result of the entry that has its id, for the ranking: it names nobody, `shown_name` is masked.

    `points` are empty until a play has counted. `has_number` is that the member asked for a number in the draw without playing.
    """

    __tablename__ = "events_game_bests"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_entries.zone_id", "events_entries.id"]),)

    campaign_id: Mapped[UUID]
    shown_name: Mapped[str]
    points: Mapped[int | None]
    milliseconds: Mapped[int | None]
    reached_at: Mapped[datetime | None]
    has_number: Mapped[bool] = mapped_column(default=False)


class Play(ZoneScoped, db.Model):
    """One play (一局) of a member, until `deadline`.

    Of things to catch it holds the `seed` they fall by and the `moves` handed in; `refusal` is why they did not count, `sent_again`
    how often another log came after the first.
    """

    __tablename__ = "events_game_plays"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "entry_id"], ["events_game_bests.zone_id", "events_game_bests.id"]),
    )

    campaign_id: Mapped[UUID]
    entry_id: Mapped[UUID]
    member_id: Mapped[UUID]
    game: Mapped[str]
    day: Mapped[date]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    points: Mapped[int | None]
    milliseconds: Mapped[int | None]
    seed: Mapped[int | None] = mapped_column(BigInteger)
    moves: Mapped[str] = mapped_column(default="")
    refusal: Mapped[str] = mapped_column(default="")
    sent_again: Mapped[int] = mapped_column(default=0)


class Board(ZoneScoped, db.Model):
    """The cards of the play that has its id: `cards` is known to the server alone, `shown` is what has been turned over.

    `open_cards` are the one or two that lie open without being a pair; `step` counts the cards turned, `misses` the pairs that were none.
    """

    __tablename__ = "events_game_boards"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "id"], ["events_game_plays.zone_id", "events_game_plays.id"]),)

    cards: Mapped[str]
    shown: Mapped[str]
    open_cards: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    step: Mapped[int] = mapped_column(SmallInteger, default=0)
    misses: Mapped[int] = mapped_column(SmallInteger, default=0)


class Turn(ZoneScoped, db.Model):
    """Turn `number` of a campaign's wheel, of the play that has its id: the `ticket` that came out, and the prize it stands for.

    `outcome` is what became of the prize (`benefits.vouchers.giving.Outcome`), empty where the ticket stands for none. Anybody may
    read it: it does not say whose play that is.
    """

    __tablename__ = "events_game_turns"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "id"], ["events_game_plays.zone_id", "events_game_plays.id"]),
        ForeignKeyConstraint(
            ["zone_id", "campaign_id", "prize_id"],
            ["events_prizes.zone_id", "events_prizes.campaign_id", "events_prizes.id"],
        ),
    )

    campaign_id: Mapped[UUID]
    number: Mapped[int]
    ticket: Mapped[int]
    prize_id: Mapped[UUID | None]
    outcome: Mapped[str] = mapped_column(default="")
