"""Sending a zone's results to the ranking over all zones, with nothing but a masked name, a union, points and times. On the worker plane."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.modules.events.kinds.quiz.citywide.models import Holding, Standing
from app.modules.events.kinds.quiz.citywide.persons import persons_of
from app.modules.events.kinds.quiz.models import Score
from app.modules.events.models import Campaign, Entry
from app.modules.events.states import State
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db

AT_ONCE = 1_000
OVERLAP = timedelta(minutes=2)
"""Results are noted a moment before they are committed: what was sent last is looked at again."""
SENT = ("held_in", "shown_name", "union_name", "points", "milliseconds", "reached_at")


def send_results() -> Iterator[None]:
    """Send what is new in the zone's quizzes that are ranked over all zones; each part may be committed."""
    own = select(Holding).where(Holding.held_in == current_zone().id, Holding.done_at.is_(None))
    for holding in db.session.scalars(own.order_by(Holding.shared_id)).all():
        yield from _send(holding)


def _send(holding: Holding) -> Iterator[None]:
    campaign, began = _campaign(holding.shared_id), now()
    if campaign is None:
        db.session.delete(holding)  # called off before it opened
        yield
        return
    campaign_id, is_over = campaign.id, campaign.state in (State.SETTLED, State.ARCHIVED)
    since = holding.sent_until - OVERLAP if holding.sent_until and not is_over else None
    last = None
    while rows := _scores(campaign_id, since, last):
        _write(holding, rows)
        last = rows[-1]
        yield
    holding.sent_until, holding.done_at = began, now() if is_over else None
    yield


def _campaign(shared_id: UUID) -> Campaign | None:
    """The zone's own campaign of a shared one: the city's, or the one that took it up."""
    of_it = (Campaign.id == shared_id) | (Campaign.shared_id == shared_id)
    return db.session.scalar(select(Campaign).where(of_it, Campaign.state != State.CANCELLED))


def _scores(campaign_id: UUID, since: datetime | None, last: Row | None) -> Sequence[Row]:
    found = (
        select(Score.id, Entry.member_id, Score.shown_name, Union.name.label("union_name"), Score.points, Score.milliseconds,
               Score.reached_at)
        .join(Entry, (Entry.zone_id == Score.zone_id) & (Entry.id == Score.id))
        .join(Union, Union.id == Score.union_id)
        .where(Score.campaign_id == campaign_id, Score.points.is_not(None))
        .order_by(Score.reached_at, Score.id)
    )  # fmt: skip
    if since is not None:
        found = found.where(Score.reached_at >= since)
    if last is not None:
        found = found.where(tuple_(Score.reached_at, Score.id) > (last.reached_at, last.id))
    return db.session.execute(found.limit(AT_ONCE)).all()


def _write(holding: Holding, rows: Sequence[Row]) -> None:
    """Keep of each person the best of all zones."""
    here = {"shared_id": holding.shared_id, "held_in": holding.held_in, "origin_union_path": holding.origin_union_path}
    persons = persons_of(holding.shared_id, [row.member_id for row in rows])
    sent = insert(Standing).values([
        here | {"person": person, "shown_name": row.shown_name, "union_name": row.union_name, "points": row.points,
                "milliseconds": row.milliseconds, "reached_at": row.reached_at}
        for person, row in zip(persons, rows, strict=True)
    ])  # fmt: skip
    before = func.row(-Standing.points, Standing.milliseconds, Standing.reached_at)
    after = func.row(-sent.excluded.points, sent.excluded.milliseconds, sent.excluded.reached_at)
    db.session.execute(
        sent.on_conflict_do_update(
            index_elements=["shared_id", "person"],
            set_={name: sent.excluded[name] for name in SENT},
            where=after < before,
        )
    )
