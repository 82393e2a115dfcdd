"""Reading draws, as anybody may."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select

from app.modules.events.draws.models import Draw, DrawPlace
from tenants.database import db

PUBLIC = (Draw.id, Draw.commitment, Draw.rule, Draw.entrants, Draw.entrants_digest, Draw.seed, Draw.drawn_at)
OF_A_PLACE = (DrawPlace.id, DrawPlace.place, DrawPlace.chances, DrawPlace.won, DrawPlace.waits)
AT_ONCE = 10_000


class DrawLine(NamedTuple):
    """The places of those who wait behind the winners of a draw: one after the other, from the first to the last."""

    first: int
    last: int

    @property
    def waiting(self) -> int:
        return self.last - self.first + 1

    def standing(self, place: int) -> int:
        """As which of them whoever has this place waits."""
        return place - self.first + 1


def find_draw(campaign_id: UUID) -> Row | None:
    """What is public of a campaign's draw, None for one that has none."""
    return db.session.execute(select(*PUBLIC).where(Draw.id == campaign_id)).one_or_none()


def find_place(entry_id: UUID) -> Row | None:
    """The place of an entry, once it is drawn."""
    return db.session.execute(select(*OF_A_PLACE).where(DrawPlace.id == entry_id)).one_or_none()


def count_winners(campaign_id: UUID) -> int:
    won = (
        select(func.count()).select_from(DrawPlace).where(DrawPlace.campaign_id == campaign_id, DrawPlace.won.is_(True))
    )
    return db.session.scalar(won) or 0


def find_line(campaign_id: UUID) -> DrawLine | None:
    """The waiting list behind the winners; None where nobody waits."""
    waiting = select(func.min(DrawPlace.place), func.max(DrawPlace.place))
    first, last = db.session.execute(waiting.where(DrawPlace.campaign_id == campaign_id, DrawPlace.waits)).one()
    return DrawLine(first, last) if first else None


def is_decided(campaign_id: UUID) -> bool:
    """Whether the draw is made, and every place was given a prize or told that there is none."""
    open_place = select(DrawPlace.id).where(DrawPlace.campaign_id == campaign_id, DrawPlace.won.is_(None)).exists()
    decided = select(Draw.id).where(Draw.id == campaign_id, Draw.drawn_at.is_not(None), ~open_place)
    return db.session.scalar(decided) is not None


def list_places(campaign_id: UUID, after: int = 0, limit: int = AT_ONCE) -> Sequence[Row]:
    """Entries in the order of the draw, behind a place."""
    statement = select(*OF_A_PLACE).where(DrawPlace.campaign_id == campaign_id, DrawPlace.place > after)
    return db.session.execute(statement.order_by(DrawPlace.place).limit(limit)).all()


def all_places(campaign_id: UUID) -> Iterator[Row]:
    """Every entry in the order of the draw."""
    after = 0
    while places := list_places(campaign_id, after):
        yield from places
        after = places[-1].place
