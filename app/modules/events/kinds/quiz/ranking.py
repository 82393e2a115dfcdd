"""The ranking: everybody, the members of one union, and unions as teams. Names are masked; of equal points the quicker is before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, func, literal, select, tuple_

from app.modules.events.kinds.quiz.models import Score
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db

SHOWN = 100
IN_ORDER = (Score.points.desc(), Score.milliseconds, Score.reached_at, Score.id)
"""The best points, of equal points the quicker, of these who handed in first."""


def list_best(campaign_id: UUID, union_id: UUID | None = None) -> Sequence[Row]:
    """The first `SHOWN`, of one union or of all, each with the name of the union."""
    found = (
        select(Score.id, Score.shown_name, Score.points, Score.milliseconds, Union.name.label("union_name"))
        .join(Union, Union.id == Score.union_id)
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None))
        .order_by(*IN_ORDER)
    )
    if union_id:
        found = found.where(Score.union_id == union_id)
    return db.session.execute(found.limit(SHOWN)).all()


def find_score(entry_id: UUID) -> Score | None:
    return db.session.get(Score, (current_zone().id, entry_id))


def place_of(score: Score, *, in_union: bool = False) -> int:
    """The place of a score, from 1, among all or in its union."""
    better = [Score.campaign_id == score.campaign_id, Score.points.is_not(None)]
    if in_union:
        better.append(Score.union_id == score.union_id)
    before = tuple_(-Score.points, Score.milliseconds, Score.reached_at, Score.id) < tuple_(
        literal(-(score.points or 0)), literal(score.milliseconds), literal(score.reached_at), literal(score.id)
    )
    return (db.session.scalar(select(func.count()).select_from(Score).where(*better, before)) or 0) + 1


def list_teams(campaign_id: UUID, best: int, least: int) -> Sequence[Row]:
    """The first `SHOWN` unions of which `least` members or more have handed in, by the mean of their `best` best members' points.

    Of equal means the quicker union is before.
    """
    ranked = (
        select(
            Score.union_id, Score.points, Score.milliseconds,
            func.row_number().over(partition_by=Score.union_id, order_by=IN_ORDER).label("place"),
            func.count().over(partition_by=Score.union_id).label("people"),
        )
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None))
        .subquery()
    )  # fmt: skip
    mean = func.avg(ranked.c.points).label("points")
    found = (
        select(Union.name, mean, func.max(ranked.c.people).label("people"))
        .join(Union, Union.id == ranked.c.union_id)
        .where(ranked.c.place <= best, ranked.c.people >= least)
        .group_by(Union.id, Union.name)
        .order_by(mean.desc(), func.avg(ranked.c.milliseconds), Union.id)
    )
    return db.session.execute(found.limit(SHOWN)).all()
