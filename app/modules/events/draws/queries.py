"""Reading draws, as anybody may."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select

from app.modules.events.draws.models import Draw, DrawPlace
from tenants.database import db

PUBLIC = (Draw.id, Draw.commitment, Draw.rule, Draw.entrants, Draw.entrants_digest, Draw.seed, Draw.drawn_at)
OF_A_PLACE = (DrawPlace.id, DrawPlace.place, DrawPlace.chances, DrawPlace.won, DrawPlace.waits, DrawPlace.passed_over)
AT_ONCE = 10_000


class DrawLine(NamedTuple):
    """How many wait behind the winners of a draw, and how many of them up to a place, which is whoever stands there."""

    standing: int
    waiting: int


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


def count_line(campaign_id: UUID, place: int = 0) -> DrawLine:
    """The waiting list behind the winners."""
    counted = select(func.count().filter(DrawPlace.place <= place), func.count())
    standing, waiting = db.session.execute(counted.where(DrawPlace.campaign_id == campaign_id, DrawPlace.waits)).one()
    return DrawLine(standing, waiting)


def number_line(campaign_id: UUID, places: Sequence[Row] | Sequence[DrawPlace]) -> dict[UUID, int]:
    """As which one each of these places waits that does; they follow each other in the order of the draw."""
    before = count_line(campaign_id, places[0].place - 1).standing if places else 0
    return {each.id: number for number, each in enumerate((each for each in places if each.waits), start=before + 1)}


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
