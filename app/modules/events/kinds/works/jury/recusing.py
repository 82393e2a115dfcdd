"""A judge who is not impartial about one work recuses themselves from it, for good."""

from uuid import UUID

from app.core.audit import record
from app.core.constraints import refused_as
from app.modules.events.judging.errors import RecusedBefore
from app.modules.events.kinds.works.errors import NotJudgedNow
from app.modules.events.kinds.works.jury import queries
from app.modules.events.kinds.works.jury.models import JuryRecusal
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def recuse(actor: Actor, work_id: UUID, *, reason: str) -> JuryRecusal:
    """Score a work no more: what was handed in for it stays, and does not count.

    Raises `NotFound` for who doesn't judge it or a work that is not shown, `NotJudgedNow`, `RecusedBefore`.
    """
    work, _shown = queries.find_judged(work_id)
    campaign, jury = queries.find_jury(work.campaign_id)
    judge = queries.find_judge(campaign.id, actor.account_id)
    take_turn(queries.sheet_turn(work_id, judge.id))
    if campaign.closed_at is not None or jury.is_over():
        raise NotJudgedNow
    recusal = JuryRecusal(id=uuid7(), campaign_id=campaign.id, work_id=work_id, judge_id=judge.id, reason=reason)
    db.session.add(recusal)
    with refused_as({"events_works_recusals_once": RecusedBefore}):
        db.session.flush()
    record("events.works_recuse", object_type="events_work", object_id=work_id, judge=str(judge.account_id))
    return recusal
