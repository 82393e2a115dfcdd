"""The ranking: everybody, the members of one union, and unions as teams. Names are masked; of equal points the quicker is before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, func, select, true

from app.modules.events.kinds.quiz.models import Score
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree

SHOWN = 100


def list_best(campaign_id: UUID, union_id: UUID | None = None) -> Sequence[Row]:
    """The first `SHOWN`, of one union or of all, each with the name of the union."""
    found = (
        select(Score.id, Score.shown_name, Score.points, Score.milliseconds, Union.name.label("union_name"))
        .join(Union, Union.id == Score.union_id)
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None))
        .order_by(Score.points.desc(), Score.milliseconds, Score.id)
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
    before = (
        (Score.points > score.points)
        | ((Score.points == score.points) & (Score.milliseconds < score.milliseconds))
        | ((Score.points == score.points) & (Score.milliseconds == score.milliseconds) & (Score.id < score.id))
    )
    return (db.session.scalar(select(func.count()).select_from(Score).where(*better, before)) or 0) + 1


def list_teams(campaign_id: UUID, best: int) -> Sequence[Row]:
    """The first `SHOWN` unions by the sum of their `best` members' points, whoever is missing counts as none."""
    scores = (
        select(Score.points)
        .where(Score.campaign_id == campaign_id, Score.union_id == Union.id, Score.points.is_not(None))
        .order_by(Score.points.desc(), Score.milliseconds, Score.id)
        .limit(best)
        .correlate(Union)
        .subquery()
    )
    team = select(func.sum(scores.c.points).label("points"), func.count().label("members")).lateral()
    found = select(Union.id, Union.name, team.c.points, team.c.members).join(team, true())
    return db.session.execute(
        found.where(*in_subtree(Union.path, current_zone().union_path), team.c.points.is_not(None))
        .order_by(team.c.points.desc(), team.c.members, Union.id)
        .limit(SHOWN)
    ).all()
