"""Reading plays: the member's own, and what staff count and take away."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, func, select

from app.core.clock import now
from app.core.errors import NotFound
from app.members.models import Member
from app.modules.events.kinds.game.models import Best, Board, Play, Turn
from app.modules.events.models import Entry
from app.modules.events.prizes.models import Prize, Win
from tenants.context import current_zone
from tenants.database import db

SHOWN = 100
AT_ONCE = 1_000
OF_A_BOARD = (Board.shown, Board.open_cards, Board.step, Board.misses)
ORDER = (Best.points.desc(), Best.milliseconds, Best.reached_at, Best.id)


def find_play(campaign_id: UUID, play_id: UUID, member_id: UUID) -> Play:
    """A member's own play; raises `NotFound`."""
    own = select(Play).where(Play.campaign_id == campaign_id, Play.id == play_id, Play.member_id == member_id)
    found = db.session.scalar(own)
    if found is None:
        raise NotFound
    return found


def list_plays(campaign_id: UUID, member_id: UUID) -> Sequence[Play]:
    """A member's latest plays of a campaign, the latest first."""
    own = select(Play).where(Play.campaign_id == campaign_id, Play.member_id == member_id)
    return db.session.scalars(own.order_by(Play.started_at.desc(), Play.id.desc()).limit(SHOWN)).all()


def find_running(plays: Sequence[Play]) -> Play | None:
    """The play of these that goes on."""
    return next((play for play in plays if play.ended_at is None and play.deadline > now()), None)


def find_board(play_id: UUID) -> Row:
    """What the member sees of a play's cards."""
    return db.session.execute(select(*OF_A_BOARD).where(Board.id == play_id)).one()


def find_turn(play_id: UUID) -> Row | None:
    """A turn of the wheel: its `number`, `ticket` and `outcome`, with the `title` of the prize it stands for."""
    found = (
        select(Turn.number, Turn.ticket, Turn.outcome, Prize.title, Prize.rank)
        .outerjoin(Prize, (Prize.zone_id == Turn.zone_id) & (Prize.id == Turn.prize_id))
        .where(Turn.id == play_id)
    )
    return db.session.execute(found).one_or_none()


def list_turns(campaign_id: UUID, after: int = 0, limit: int = AT_ONCE) -> Sequence[Row]:
    """The turns of a wheel behind a number, in their order, each with the `rank` of the prize it stands for."""
    found = (
        select(Turn.number, Turn.ticket, Turn.outcome, Prize.rank, Prize.title)
        .outerjoin(Prize, (Prize.zone_id == Turn.zone_id) & (Prize.id == Turn.prize_id))
        .where(Turn.campaign_id == campaign_id, Turn.number > after)
    )
    return db.session.execute(found.order_by(Turn.number).limit(limit)).all()


def all_turns(campaign_id: UUID) -> Iterator[Row]:
    """Every turn of a wheel in its order."""
    after = 0
    while turns := list_turns(campaign_id, after):
        yield from turns
        after = turns[-1].number


def count_given(campaign_id: UUID) -> dict[UUID, int]:
    """How many pieces of each prize are held."""
    held = select(Win.prize_id, func.count().label("number")).where(Win.campaign_id == campaign_id, Win.holds)
    return {row.prize_id: row.number for row in db.session.execute(held.group_by(Win.prize_id))}


def find_best(entry_id: UUID) -> Best | None:
    return db.session.get(Best, (current_zone().id, entry_id))


def list_best(campaign_id: UUID) -> Sequence[Best]:
    """The first `SHOWN` of the ranking."""
    ranked = select(Best).where(Best.campaign_id == campaign_id, Best.points.is_not(None))
    return db.session.scalars(ranked.order_by(*ORDER).limit(SHOWN)).all()


def place_of(best: Best) -> int:
    """The place of a result in the ranking, from 1."""
    before = (
        (Best.points > best.points)
        | ((Best.points == best.points) & (Best.milliseconds < best.milliseconds))
        | (
            (Best.points == best.points)
            & (Best.milliseconds == best.milliseconds)
            & (Best.reached_at < best.reached_at)
        )
    )
    counted = select(func.count()).select_from(Best)
    return (db.session.scalar(counted.where(Best.campaign_id == best.campaign_id, before)) or 0) + 1


def count_for_staff(campaign_id: UUID) -> Row:
    """Of a campaign's plays: `plays`, `people`, the `best` points, the logs that were `refused`, and those `sent_again`."""
    counted = select(
        func.count().label("plays"), func.count(Play.member_id.distinct()).label("people"), func.max(Play.points).label("best"),
        func.count().filter(Play.refusal != "").label("refused"), func.coalesce(func.sum(Play.sent_again), 0).label("sent_again"),
    )  # fmt: skip
    return db.session.execute(counted.where(Play.campaign_id == campaign_id)).one()


def count_refusals(campaign_id: UUID) -> Sequence[Row]:
    """How many logs were refused for which reason."""
    refused = select(Play.refusal, func.count()).where(Play.campaign_id == campaign_id, Play.refusal != "")
    return db.session.execute(refused.group_by(Play.refusal).order_by(func.count().desc())).all()


def list_results(campaign_id: UUID, limit: int | None = SHOWN) -> Iterator[Row]:
    """Members by their best results, on the staff plane."""
    plays = (
        select(func.count()).select_from(Play)
        .where(Play.campaign_id == campaign_id, Play.entry_id == Best.id).correlate(Best).scalar_subquery()
    )  # fmt: skip
    found = (
        select(Member.name, Best.points, Best.milliseconds, Best.reached_at, plays.label("plays"))
        .join(Entry, (Entry.zone_id == Best.zone_id) & (Entry.id == Best.id))
        .join(Member, Member.id == Entry.member_id)
        .where(Best.campaign_id == campaign_id, Best.points.is_not(None))
        .order_by(*ORDER)
        .limit(limit)
    )
    yield from db.session.execute(found, execution_options={"yield_per": AT_ONCE})
