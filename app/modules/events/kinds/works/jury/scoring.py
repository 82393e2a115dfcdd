"""What judges do: they score the works they may, hand their sheets in, and correct them with a reason while the jury's time runs."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.seen import require_seen
from app.modules.events.errors import ReasonMissing
from app.modules.events.judging.errors import RecusedBefore
from app.modules.events.judging.ties import is_tied, ties_of
from app.modules.events.kinds.works.errors import NotJudgedNow, NotYourWork, SheetNotWhole, WorkMovedOn
from app.modules.events.kinds.works.jury import queries
from app.modules.events.kinds.works.jury.models import JuryMember, JurySheet
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn

REFUSALS = {
    "events_works_sheets_judge": NotJudgedNow,
    "events_works_sheets_recused": RecusedBefore,
    "events_works_sheets_sitting": NotJudgedNow,
    "events_works_sheets_shown": WorkMovedOn,
    "events_works_sheets_untied": NotYourWork,
    "events_works_sheets_whole": SheetNotWhole,
}
"""What the database looks at besides, by its constraints."""


def is_kept_from(judge: JuryMember, union_path: str) -> bool:
    """Whether a judge must not score works of a union: it stands on one line with a union of theirs."""
    return is_tied(judge.tied_paths, union_path)


def list_to_score(judge: JuryMember) -> list[Row]:
    """The works that a judge scores, by their numbers (`queries.list_works`)."""
    recused = {recusal.work_id for recusal, _work in queries.list_recusals_of(judge)}
    works = queries.list_works(judge.campaign_id)
    return [each for each in works if each.id not in recused and not is_kept_from(judge, each.union_path)]


def hand_in(
    actor: Actor, work_id: UUID, tenths: Sequence[int | None], *, reason: str = "", seen: str | None = None
) -> JurySheet:
    """Hand in what a judge gives a work, or a correction of it with a reason. Values are tenths in the order of the criteria.

    Raises `NotFound` for who doesn't judge it or a work that is not shown, `NotJudgedNow`, `NotYourWork`, `SheetNotWhole`,
    `ReasonMissing`, `ChangedMeanwhile`, `WorkMovedOn`, `RecusedBefore`.
    """
    work, _shown = queries.find_judged(work_id)
    campaign, jury = queries.find_jury(work.campaign_id)
    judge = queries.find_judge(campaign.id, actor.account_id)
    take_turn(queries.sheet_turn(work_id, judge.id))
    judge.tied_paths = ties_of(actor.ties, actor.member_id)
    if not jury.is_on(campaign):
        raise NotJudgedNow
    if work.member_id == actor.member_id or is_kept_from(judge, work.union_path):
        raise NotYourWork
    if not _is_whole(campaign.id, tenths):
        raise SheetNotWhole
    before = queries.list_sheets_of(judge).get(work_id, [])
    require_seen(seen, mark_of(before), before[-1] if before else None)
    if before and not reason:
        raise ReasonMissing(field="reason")
    sheet = JurySheet(id=uuid7(), campaign_id=campaign.id, work_id=work_id, judge_id=judge.id, number=len(before) + 1,
                      tenths=list(tenths), reason=reason if before else "", handed_in_at=now())  # fmt: skip
    db.session.add(sheet)
    with refused_as(REFUSALS):
        db.session.flush()
    record("events.works_correct" if before else "events.works_score", object_type="events_work", object_id=work_id,
           judge=str(judge.account_id))  # fmt: skip
    return sheet


def mark_of(sheets: Sequence[JurySheet]) -> str:
    """The mark of what a judge handed in for a work (`app.core.seen`)."""
    return str(len(sheets)) if sheets else ""


def _is_whole(campaign_id: UUID, tenths: Sequence[int | None]) -> bool:
    asked = queries.list_criteria(campaign_id)
    return len(tenths) == len(asked) and all(
        given is not None and 0 <= given <= each.highest for each, given in zip(asked, tenths, strict=True)
    )
