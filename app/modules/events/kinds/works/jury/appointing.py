"""Who judges the works of a campaign: staff name judges and dismiss them until the jury's time is over."""

from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from app.identity.queries import Colleague
from app.modules.events.judging.errors import JudgesThemselves, NamedByAnother
from app.modules.events.judging.telling import tell_named
from app.modules.events.judging.ties import ties_of
from app.modules.events.kinds.works.errors import AlreadyTakesPart, AlreadyVoted, JuryOver
from app.modules.events.kinds.works.jury.duties import duty_of
from app.modules.events.kinds.works.jury.models import JuryMember
from app.modules.events.kinds.works.jury.queries import find_jury
from app.modules.events.kinds.works.queries import count_votes
from app.modules.events.kinds.works.sending import has_sent, judges_turn, require_outsider
from app.modules.events.kinds.works.voting import votes_turn
from app.modules.events.models import Campaign
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def appoint(actor: Actor, campaign_id: UUID, colleague: Colleague) -> JuryMember:
    """Let a colleague judge; whoever was dismissed goes on where they were, and appointed twice they are once.

    Raises `NotFound`, `JuryOver`, `NamedByAnother`, `TakesPartThemselves`, `AlreadyTakesPart`, `AlreadyVoted`.
    """
    if colleague.member_id:
        take_turn(votes_turn(campaign_id, colleague.member_id))
    judge = _hold(actor, campaign_id, colleague.account_id)
    if has_sent(campaign_id, colleague.member_id):
        raise AlreadyTakesPart
    if colleague.member_id and count_votes(campaign_id, colleague.member_id)[1]:
        raise AlreadyVoted
    ties, is_new = ties_of(colleague.ties, colleague.member_id), judge is None or judge.dismissed_at is not None
    if judge is None:
        judge = JuryMember(id=uuid7(), campaign_id=campaign_id, account_id=colleague.account_id, member_id=colleague.member_id,
                           name=colleague.name, tied_paths=ties, appointed_by_name=actor.name)  # fmt: skip
        db.session.add(judge)
    judge.tied_paths, judge.dismissed_at = ties, None
    with refused_as({"events_judges_by_another": NamedByAnother}):
        db.session.flush()
    _remember("events.works_appoint", judge)
    if is_new:
        tell_named(judge, duty_of(judge, find_jury(campaign_id)[0]))
    return judge


def dismiss(actor: Actor, campaign_id: UUID, account_id: UUID) -> JuryMember:
    """Let somebody judge no more: their sheets stay and don't count. Dismissed twice they are once.

    Raises `NotFound`, `JuryOver`, `NamedByAnother`, `TakesPartThemselves`.
    """
    judge = _hold(actor, campaign_id, account_id)
    if judge is None:
        raise NotFound
    if judge.dismissed_at is None:
        judge.dismissed_at = now()
        with refused_as({"events_judges_by_another": NamedByAnother}):
            db.session.flush()
        _remember("events.works_dismiss", judge)
    return judge


def is_blind(actor: Actor, campaign: Campaign) -> bool:
    """Whether somebody was named a judge of works whose judging is not closed: they read nothing of what others gave meanwhile."""
    named = select(JuryMember.id).where(
        JuryMember.campaign_id == campaign.id, JuryMember.account_id == actor.account_id
    )
    return campaign.closed_at is None and db.session.scalar(named) is not None


def require_no_judge(actor: Actor, campaign: Campaign) -> None:
    """Raises `JudgesThemselves` for who would read what they are blind to."""
    if is_blind(actor, campaign):
        raise JudgesThemselves


def _hold(actor: Actor, campaign_id: UUID, account_id: UUID) -> JuryMember | None:
    campaign, jury = find_jury(campaign_id)
    if campaign.closed_at is not None or jury.is_over():
        raise JuryOver
    require_outsider(actor, campaign_id)
    take_turn(judges_turn(campaign_id))
    return db.session.scalar(
        select(JuryMember).where(JuryMember.campaign_id == campaign_id, JuryMember.account_id == account_id)
    )


def _remember(action: str, judge: JuryMember) -> None:
    record(action, object_type="events_campaign", object_id=judge.campaign_id, judge=str(judge.account_id))
