"""Reading papers: the member's own, and what staff count and take away."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import Row, func, select

from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.members.models import Member
from app.modules.events.kinds.quiz.models import Attempt, Item, ItemKey, Score
from app.modules.events.kinds.quiz.ranking import IN_ORDER
from app.modules.events.kinds.quiz.teams.models import QuizTeam
from app.modules.events.models import Entry
from app.unions.models import Union
from tenants.database import db

MOST_SHOWN = 100
AT_ONCE = 1_000


def find_paper(campaign_id: UUID, attempt_id: UUID, member_id: UUID) -> Attempt:
    """A member's own paper; raises `NotFound`."""
    own = select(Attempt).where(
        Attempt.campaign_id == campaign_id, Attempt.id == attempt_id, Attempt.member_id == member_id
    )
    found = db.session.scalar(own)
    if found is None:
        raise NotFound
    return found


def list_papers(campaign_id: UUID, member_id: UUID) -> Sequence[Attempt]:
    """A member's papers of a campaign, the latest first."""
    own = select(Attempt).where(Attempt.campaign_id == campaign_id, Attempt.member_id == member_id)
    return db.session.scalars(own.order_by(Attempt.number.desc())).all()


def count_today(papers: Sequence[Attempt]) -> int:
    return sum(paper.day == today_in_china() for paper in papers)


def find_running(papers: Sequence[Attempt]) -> Attempt | None:
    """The paper of these that can still be handed in."""
    return next((paper for paper in papers if paper.handed_in_at is None and paper.deadline > now()), None)


def list_items(paper: Attempt) -> list[Item]:
    """What a paper asks, in its order."""
    found = {each.id: each for each in db.session.scalars(select(Item).where(Item.id.in_(paper.item_ids)))}
    return [found[item_id] for item_id in paper.item_ids]


def list_keys(paper: Attempt) -> dict[UUID, ItemKey]:
    """What was right in a paper, as far as the member may know it now."""
    return {each.id: each for each in db.session.scalars(select(ItemKey).where(ItemKey.id.in_(paper.item_ids)))}


def count_for_staff(campaign_id: UUID) -> Row:
    """Of a campaign: `people` with a score, the `mean` and the `best` of their best points."""
    counted = select(
        func.count().label("people"), func.avg(Score.points).label("mean"), func.max(Score.points).label("best")
    )
    return db.session.execute(counted.where(Score.campaign_id == campaign_id, Score.points.is_not(None))).one()


def count_papers(campaign_id: UUID) -> int:
    handed_in = select(func.count()).select_from(Attempt)
    return (
        db.session.scalar(handed_in.where(Attempt.campaign_id == campaign_id, Attempt.handed_in_at.is_not(None))) or 0
    )


def count_by_points(campaign_id: UUID) -> Sequence[Row]:
    """How many members have which points, the highest first."""
    scored = select(Score.points, func.count()).where(Score.campaign_id == campaign_id, Score.points.is_not(None))
    return db.session.execute(scored.group_by(Score.points).order_by(Score.points.desc())).all()


def list_results(campaign_id: UUID, limit: int | None = MOST_SHOWN) -> Iterator[Row]:
    """Members by their best results, on the staff plane."""
    tries = (
        select(func.count()).select_from(Attempt)
        .where(Attempt.campaign_id == campaign_id, Attempt.entry_id == Score.id).correlate(Score).scalar_subquery()
    )  # fmt: skip
    found = (
        select(Member.name, Union.name.label("union_name"), Score.points, Score.milliseconds, tries.label("tries"),
               QuizTeam.name.label("team_name"))
        .join(Entry, (Entry.zone_id == Score.zone_id) & (Entry.id == Score.id))
        .join(Member, Member.id == Entry.member_id)
        .join(Union, Union.id == Score.union_id)
        .outerjoin(QuizTeam, (QuizTeam.zone_id == Score.zone_id) & (QuizTeam.id == Score.team_id))
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None))
        .order_by(*IN_ORDER)
        .limit(limit)
    )  # fmt: skip
    yield from db.session.execute(found, execution_options={"yield_per": AT_ONCE})
