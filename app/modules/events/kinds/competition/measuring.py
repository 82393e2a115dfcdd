"""Scores that are written or measured: one person brings a list of them in, another confirms it, and only then they stand."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.benefits import proposals
from app.benefits.papers import Step
from app.benefits.proposals import ProposalState
from app.core.audit import record
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.errors import RoundMovedOn, ScoresWait
from app.modules.events.kinds.competition.impartial import require_no_judge
from app.modules.events.kinds.competition.models import Round, ScoreList
from app.modules.events.kinds.competition.registering import require_outsider
from app.modules.events.kinds.competition.states import RoundState
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7


def bring_in(actor: Actor, round_id: UUID, scores: Mapping[UUID, Sequence[int]]) -> ScoreList:
    """Bring in the scores of a round, for a second person to confirm.

    Raises `TakesPartThemselves`, `JudgesThemselves`, `RoundMovedOn` for a round that is not open, and `ScoresWait` where others wait.
    """
    held = _held(actor, round_id)
    made = ScoreList(
        id=uuid7(), campaign_id=held.campaign_id, round_id=round_id, scores={str(key): list(given) for key, given in scores.items()},
        state=ProposalState.SUBMITTED, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as({"events_competition_score_lists_one": ScoresWait}):
        db.session.add(made)
    _remember("measured", made, rows=len(scores))
    return made


def take_step(actor: Actor, list_id: UUID, step: Step, *, seen: str, reason: str = "") -> ScoreList:
    """Confirm scores, which stand in the round then, refuse them with a reason, or take back one's own.

    Raises `TakesPartThemselves`, `JudgesThemselves`, `RoundMovedOn`, and like `proposals.take_step`.
    """
    held = _held(actor, find_list(list_id).round_id)
    found = proposals.take_step(actor, ScoreList, list_id, step, seen=seen, reason=reason)
    if step is proposals.APPROVE:
        for start, _union in queries.list_starts(held.id):
            start.measured = found.scores.get(str(start.id), start.measured)
        db.session.flush()
    _remember(f"measured_{step.action}", found, rows=len(found.scores))
    return found


def find_list(list_id: UUID) -> ScoreList:
    """A list of scores; raises `NotFound`."""
    found = db.session.get(ScoreList, (current_zone().id, list_id))
    if found is None:
        raise NotFound
    return found


def list_lists(round_id: UUID) -> Sequence[ScoreList]:
    """The lists of a round, the latest first."""
    return db.session.scalars(
        select(ScoreList).where(ScoreList.round_id == round_id).order_by(ScoreList.id.desc())
    ).all()


def find_waiting(round_id: UUID) -> ScoreList | None:
    """The list of a round that waits for a second person."""
    waiting = select(ScoreList).where(ScoreList.round_id == round_id, ScoreList.state == ProposalState.SUBMITTED)
    return db.session.scalar(waiting)


def _held(actor: Actor, round_id: UUID) -> Round:
    held = queries.find_round(round_id, lock=True)
    require_outsider(actor, held.campaign_id)
    require_no_judge(actor, held.campaign_id)
    if held.state != RoundState.OPEN:
        raise RoundMovedOn
    return held


def _remember(what: str, found: ScoreList, **detail: Any) -> None:
    record(f"events.competition_{what}", object_type="events_competition_round", object_id=found.round_id, **detail)
