"""The ranking: everybody, the members of one union, unions, and teams. Names are masked; of equal points the quicker is before."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, Subquery, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.core.errors import NotFound
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.kinds.quiz.settings import SUM, Rules
from app.modules.events.kinds.quiz.teams.models import QuizTeam
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


def list_unions(campaign_id: UUID, best: int, least: int) -> Sequence[Row]:
    """The first `SHOWN` unions of which `least` members or more have handed in, by the mean of their `best` best members' points.

    Of equal means the quicker union is before.
    """
    ranked = _of_groups(campaign_id, Score.union_id)
    mean = func.avg(ranked.c.points).label("points")
    found = (
        select(Union.name, mean, func.max(ranked.c.people).label("people"))
        .join(Union, Union.id == ranked.c.group_id)
        .where(ranked.c.place <= best, ranked.c.people >= least)
        .group_by(Union.id, Union.name)
        .order_by(mean.desc(), func.avg(ranked.c.milliseconds), Union.id)
    )
    return db.session.execute(found.limit(SHOWN)).all()


def list_teams(campaign_id: UUID, rules: Rules, limit: int | None = SHOWN) -> Sequence[Row]:
    """The first teams, or with no limit all, of which as many have handed in as the smallest team has: `place`, `id`, `name`, `points`,
    `people`. Of equal points the quicker team is before."""
    return db.session.execute(_teams(campaign_id, rules).limit(limit)).all()


def find_team(campaign_id: UUID, team_id: UUID, rules: Rules) -> Row | None:
    """A team's line of the ranking; none while it is not ranked."""
    ranked = _teams(campaign_id, rules).subquery()
    return db.session.execute(select(ranked).where(ranked.c.id == team_id)).one_or_none()


def _teams(campaign_id: UUID, rules: Rules) -> Select:
    if rules.teams is None:
        raise NotFound
    ranked = _of_groups(campaign_id, Score.team_id)
    points, used = func.avg(ranked.c.points), func.avg(ranked.c.milliseconds)
    if rules.team_score == SUM:
        points, used = func.sum(ranked.c.points), func.sum(ranked.c.milliseconds)
    order = (points.desc(), used, QuizTeam.id)
    found = (
        select(
            func.row_number().over(order_by=order).label("place"), QuizTeam.id, QuizTeam.name, points.label("points"),
            func.max(ranked.c.people).label("people"),
        )
        .join(QuizTeam, QuizTeam.id == ranked.c.group_id)
        .where(ranked.c.people >= rules.teams.least)
        .group_by(QuizTeam.id, QuizTeam.name)
        .order_by(*order)
    )  # fmt: skip
    return found if rules.team_score == SUM else found.where(ranked.c.place <= rules.teams.least)


def _of_groups(campaign_id: UUID, group: InstrumentedAttribute) -> Subquery:
    """Results with their place in their group, and how many that has."""
    return (
        select(
            group.label("group_id"), Score.points, Score.milliseconds,
            func.row_number().over(partition_by=group, order_by=IN_ORDER).label("place"),
            func.count().over(partition_by=group).label("people"),
        )
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None), group.is_not(None))
        .subquery()
    )  # fmt: skip
