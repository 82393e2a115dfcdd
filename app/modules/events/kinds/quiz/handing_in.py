"""Handing a paper in: what comes by its deadline is scored, once; what comes later counts as not answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Row, Select, String, Table, Update, Uuid, any_, bindparam, func, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import TIMESTAMP

from app.benefits.coalescing import Coalescer
from app.benefits.pressing import Presses
from app.core.audit import record
from app.core.clock import now
from app.core.early_posts import Steps
from app.core.errors import NotFound
from app.modules.events.kinds.quiz.models import Attempt, Score
from app.modules.events.kinds.quiz.papers import chosen_options, keys_of
from app.modules.events.kinds.quiz.settings import Rules, rules_of
from app.modules.events.kinds.quiz.teams.models import QuizTeamMember
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.database import db

GRACE = timedelta(seconds=5)
"""How much later than its deadline a paper may arrive: it was on its way."""
OF_A_PAPER = (
    Attempt.id, Attempt.member_id, Attempt.entry_id, Attempt.item_ids, Attempt.orders, Attempt.started_at, Attempt.deadline,
)  # fmt: skip


def _statements() -> tuple[Select[*tuple[Any, ...]], Update]:
    """Made once, for each handful of papers runs them: finds papers that run; keeps their results, and the better ones in the ranking."""
    attempts, scores = cast("Table", Attempt.__table__), cast("Table", Score.__table__)
    running = (
        select(*OF_A_PAPER)
        .where(
            Attempt.campaign_id == bindparam("campaign", type_=Uuid()),
            Attempt.id == any_(bindparam("attempts", type_=ARRAY(Uuid()))),
            Attempt.handed_in_at.is_(None),
        )
        .order_by(Attempt.id)
        .with_for_update()
    )
    scored = func.unnest(
        bindparam("ids", type_=ARRAY(Uuid())), bindparam("entries", type_=ARRAY(Uuid())), bindparam("answers", type_=ARRAY(String())),
        bindparam("points", type_=ARRAY(Integer())), bindparam("milliseconds", type_=ARRAY(Integer())),
    ).table_valued("id", "entry_id", "answers", "points", "milliseconds", name="scored").render_derived()  # fmt: skip
    moment = bindparam("moment", type_=TIMESTAMP(timezone=True))
    keep = update(attempts).where(attempts.c.id == scored.c.id).values(
        handed_in_at=moment, answers=sql_cast(scored.c.answers, ARRAY(Integer)), points=scored.c.points,
        milliseconds=scored.c.milliseconds,
    )  # fmt: skip
    better = update(scores).where(
        scores.c.id == scored.c.entry_id,
        scores.c.points.is_(None) | (scored.c.points > scores.c.points)
        | ((scored.c.points == scores.c.points) & (scored.c.milliseconds < scores.c.milliseconds)),
    ).values(points=scored.c.points, milliseconds=scored.c.milliseconds, reached_at=moment)  # fmt: skip
    return running, better.add_cte(keep.cte("kept"))


def _stand() -> Update:
    """Made once: has results of members who are in a team stand for it. Nobody comes to a team or leaves it then (`migrations`)."""
    scores, attempts = cast("Table", Score.__table__), cast("Table", Attempt.__table__)
    people = cast("Table", QuizTeamMember.__table__)
    of_it = (people.c.zone_id == attempts.c.zone_id) & (people.c.campaign_id == attempts.c.campaign_id)
    return update(scores).where(
        attempts.c.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
        scores.c.zone_id == attempts.c.zone_id, scores.c.id == attempts.c.entry_id, scores.c.team_id.is_(None),
        of_it, people.c.member_id == attempts.c.member_id, people.c.left_at.is_(None),
    ).values(team_id=people.c.team_id)  # fmt: skip


RUNNING, KEEP = _statements()
STAND = _stand()


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


def hand_in(campaign_id: UUID, sheet: Sheet) -> Steps[None]:
    """In steps: score a member's own paper, answered once it is committed; one that was handed in stays as it was.

    Raises `NotFound` for a paper that is not theirs, `TooMany`, and `Crowded`.
    """
    _presses.count(sheet.member_id)
    if not (yield from _papers.asking(campaign_id, sheet)):
        raise NotFound


def close_late(campaign: Campaign, members: Sequence[UUID] | None = None, limit: int = 1_000) -> int:
    """Close papers whose time is up as not answered, those of members or of everybody; how many. On the worker plane."""
    late = select(Attempt.id).where(
        Attempt.campaign_id == campaign.id, Attempt.handed_in_at.is_(None), Attempt.deadline + GRACE < now()
    )
    if members is not None:
        late = late.where(Attempt.member_id.in_(members))
    found = _running(campaign.id, list(db.session.scalars(late.limit(limit))))
    if found:
        _write(now(), [_result(row, [], {}, 0) for row in found.values()], rules_of(campaign))
    return len(found)


def _serve(campaign_id: UUID, sheets: Sequence[Sheet]) -> list[bool]:
    """Whether each sheet is of a paper of the member's."""
    moment, rules = now(), rules_of(find_announced(campaign_id, kind="quiz"))
    running, keys = _running(campaign_id, [sheet.attempt_id for sheet in sheets]), keys_of(campaign_id)
    results = {}
    for sheet in sheets:
        row = running.get(sheet.attempt_id)
        if row is not None and row.member_id == sheet.member_id and row.id not in results:
            results[row.id] = _result(row, _answers(row, sheet, moment), keys, rules.points_each)
    if results:
        _write(moment, list(results.values()), rules)
        record("events.quiz_hand_in", object_type="events_campaign", object_id=campaign_id, papers=len(results))
    before = _owners(campaign_id, [sheet.attempt_id for sheet in sheets if sheet.attempt_id not in running])
    owners = before | {row.id: row.member_id for row in running.values()}
    return [owners.get(sheet.attempt_id) == sheet.member_id for sheet in sheets]


def _running(campaign_id: UUID, attempts: Sequence[UUID]) -> dict[UUID, Row]:
    """Those of these papers that nobody handed in, held until the transaction ends."""
    if not attempts:
        return {}
    found = db.session.execute(RUNNING, {"campaign": campaign_id, "attempts": list(attempts)})
    return {row.id: row for row in found}


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


def _write(moment: datetime, results: Sequence[Result], rules: Rules) -> None:
    """Keep the results, and in the ranking the best of each entry; of equal points the quicker is better, of these the earlier stays."""
    if not results:
        return
    written = {
        "moment": moment,
        "ids": [each.attempt_id for each in results],
        "entries": [each.entry_id for each in results],
        "answers": [f"{{{','.join(map(str, each.answers))}}}" for each in results],
        "points": [each.points for each in results],
        "milliseconds": [each.milliseconds for each in results],
    }
    db.session.execute(KEEP, written)
    if rules.teams is not None:
        db.session.execute(STAND, {"ids": written["ids"]})


_papers = Coalescer(_serve)
_presses = Presses("events.quiz.hand_in", most=30, seconds=60)
