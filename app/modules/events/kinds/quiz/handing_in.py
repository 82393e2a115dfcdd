"""Handing a paper in: what comes by its deadline is scored, once; what comes later counts as not answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, String, Uuid, cast, func, select, update
from sqlalchemy.dialects.postgresql import TIMESTAMP

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.modules.events.kinds.quiz.models import Attempt, Score
from app.modules.events.kinds.quiz.papers import chosen_options, keys_of
from app.modules.events.kinds.quiz.settings import rules_of
from app.modules.events.queries import find_announced
from tenants.database import db

GRACE = timedelta(seconds=5)
"""How much later than its deadline a paper may arrive: it was on its way."""
OF_A_PAPER = (
    Attempt.id, Attempt.member_id, Attempt.entry_id, Attempt.item_ids, Attempt.orders, Attempt.started_at, Attempt.deadline,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a member hands in: for each item, by its place in the paper, the places of the options chosen."""

    attempt_id: UUID
    member_id: UUID
    places: Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Result:
    """A scored paper: the set of options chosen of each item, none where nothing came in time."""

    attempt_id: UUID
    entry_id: UUID
    answers: list[int]
    points: int
    milliseconds: int


def hand_in(campaign_id: UUID, sheet: Sheet) -> None:
    """Score a member's own paper, answered once it is committed; one that was handed in stays as it was.

    Raises `NotFound` for a paper that is not theirs, `TooMany`, and `Crowded`.
    """
    _presses.count(sheet.member_id)
    if not _papers.ask(campaign_id, sheet):
        raise NotFound


def close_late(campaign_id: UUID, members: Sequence[UUID] | None = None, limit: int = 1_000) -> int:
    """Close papers whose time is up as not answered, those of members or of everybody; how many. On the worker plane."""
    late = select(Attempt.id).where(
        Attempt.campaign_id == campaign_id, Attempt.handed_in_at.is_(None), Attempt.deadline + GRACE < now()
    )
    if members is not None:
        late = late.where(Attempt.member_id.in_(members))
    found = _running(campaign_id, list(db.session.scalars(late.limit(limit))))
    _write(now(), [_result(row, [], {}, 0) for row in found.values()])
    return len(found)


def _serve(campaign_id: UUID, sheets: Sequence[Sheet]) -> list[bool]:
    """Whether each sheet is of a paper of the member's."""
    moment, points_each = now(), rules_of(find_announced(campaign_id, kind="quiz")).points_each
    running, keys = _running(campaign_id, [sheet.attempt_id for sheet in sheets]), keys_of(campaign_id)
    results = {}
    for sheet in sheets:
        row = running.get(sheet.attempt_id)
        if row is not None and row.member_id == sheet.member_id and row.id not in results:
            results[row.id] = _result(row, _answers(row, sheet, moment), keys, points_each)
    if results:
        _write(moment, list(results.values()))
        record("events.quiz_hand_in", object_type="events_campaign", object_id=campaign_id, papers=len(results))
    before = _owners(campaign_id, [sheet.attempt_id for sheet in sheets if sheet.attempt_id not in running])
    owners = before | {row.id: row.member_id for row in running.values()}
    return [owners.get(sheet.attempt_id) == sheet.member_id for sheet in sheets]


def _running(campaign_id: UUID, attempts: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these papers that nobody handed in, held until the transaction ends."""
    if not attempts:
        return {}
    found = select(*OF_A_PAPER).where(
        Attempt.campaign_id == campaign_id, Attempt.id.in_(attempts), Attempt.handed_in_at.is_(None)
    )
    return {row.id: row for row in db.session.execute(found.order_by(Attempt.id).with_for_update())}


def _owners(campaign_id: UUID, attempts: Sequence[UUID]) -> dict[UUID, UUID]:
    if not attempts:
        return {}
    found = select(Attempt.id, Attempt.member_id).where(Attempt.campaign_id == campaign_id, Attempt.id.in_(attempts))
    return {row.id: row.member_id for row in db.session.execute(found)}


def _answers(row: Row, sheet: Sheet, moment: datetime) -> list[int]:
    """The set of options chosen of each item; none at all behind the deadline."""
    if moment > row.deadline + GRACE:
        return []
    return [chosen_options(order, sheet.places.get(place, ())) for place, order in enumerate(row.orders)]


def _result(row: Row, answers: list[int], keys: Mapping[UUID, int], points_each: int) -> Result:
    right = sum(keys[item_id] == answer for item_id, answer in zip(row.item_ids, answers, strict=False))
    until = min(now(), row.deadline) if answers else row.deadline
    used = max(0, round((until - row.started_at).total_seconds() * 1000))
    return Result(row.id, row.entry_id, answers, right * points_each, used)


def _write(moment: datetime, results: Sequence[Result]) -> None:
    """Keep the results, and in the ranking the best of each entry; of equal points the quicker is better, of these the earlier stays."""
    if not results:
        return
    scored = func.unnest(
        _array([each.attempt_id for each in results], Uuid()), _array([each.entry_id for each in results], Uuid()),
        _array([f"{{{','.join(map(str, each.answers))}}}" for each in results], String()),
        _array([each.points for each in results], Integer()),
        _array([each.milliseconds for each in results], Integer()),
    ).table_valued("id", "entry_id", "answers", "points", "milliseconds", name="scored").render_derived()  # fmt: skip
    kept = update(Attempt).where(Attempt.id == scored.c.id).values(
        handed_in_at=cast(moment, TIMESTAMP(timezone=True)), answers=cast(scored.c.answers, ARRAY(Integer)),
        points=scored.c.points, milliseconds=scored.c.milliseconds,
    )  # fmt: skip
    better = update(Score).where(
        Score.id == scored.c.entry_id,
        Score.points.is_(None) | (scored.c.points > Score.points)
        | ((scored.c.points == Score.points) & (scored.c.milliseconds < Score.milliseconds)),
    ).values(
        points=scored.c.points, milliseconds=scored.c.milliseconds, reached_at=cast(moment, TIMESTAMP(timezone=True))
    )  # fmt: skip
    for statement in (kept, better):
        db.session.execute(statement, execution_options={"synchronize_session": False})


def _array(values: list, kind: Uuid | String | Integer):
    return cast(values, ARRAY(kind))


_papers = Coalescer("events.quiz.hand_in", _serve)
_presses = Presses("events.quiz.hand_in", most=30, seconds=60)
