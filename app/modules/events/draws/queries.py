"""Reading draws, as anybody may."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, func, select

from app.modules.events.draws.models import Draw, DrawPlace
from tenants.database import db

PUBLIC = (Draw.id, Draw.commitment, Draw.rule, Draw.entrants, Draw.entrants_digest, Draw.seed, Draw.drawn_at)
OF_A_PLACE = (DrawPlace.id, DrawPlace.place, DrawPlace.chances, DrawPlace.won)
AT_ONCE = 10_000


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
