"""Who judges the works of a campaign: staff name judges and dismiss them until the jury's time is over."""

from uuid import UUID

from sqlalchemy import select

from app.core.audit import record
from app.core.clock import now
from app.core.errors import NotFound
from app.identity.queries import Colleague
from app.modules.events.judging.ties import ties_of
from app.modules.events.kinds.works.errors import AlreadyTakesPart, JuryOver
from app.modules.events.kinds.works.jury.models import JuryMember
from app.modules.events.kinds.works.sending import has_sent, judges_turn, require_outsider
from app.modules.events.kinds.works.settings import Jury, rules_of
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7
from tenants.turns import take_turn


def find_jury(campaign_id: UUID) -> tuple[Campaign, Jury]:
    """An announced campaign whose works a jury scores; raises `NotFound`."""
    campaign = find_announced(campaign_id, kind="works")
    jury = rules_of(campaign).jury
    if jury is None:
        raise NotFound
    return campaign, jury


def appoint(actor: Actor, campaign_id: UUID, colleague: Colleague) -> JuryMember:
    """Let a colleague judge; whoever was dismissed goes on where they were, and appointed twice they are once.

    Raises `NotFound`, `JuryOver`, `TakesPartThemselves`, `AlreadyTakesPart`.
    """
    judge = _hold(actor, campaign_id, colleague.account_id)
    if has_sent(campaign_id, colleague.member_id):
        raise AlreadyTakesPart
    ties = ties_of(colleague.ties, colleague.member_id)
    if judge is None:
        judge = JuryMember(id=uuid7(), campaign_id=campaign_id, account_id=colleague.account_id, name=colleague.name,
                           tied_paths=ties, appointed_by_name=actor.name)  # fmt: skip
        db.session.add(judge)
    judge.tied_paths, judge.dismissed_at = ties, None
    db.session.flush()
    _remember("events.works_appoint", judge)
    return judge


def dismiss(actor: Actor, campaign_id: UUID, account_id: UUID) -> JuryMember:
    """Let somebody judge no more: their sheets stay and don't count. Dismissed twice they are once.

    Raises `NotFound`, `JuryOver`, `TakesPartThemselves`.
    """
    judge = _hold(actor, campaign_id, account_id)
    if judge is None:
        raise NotFound
    if judge.dismissed_at is None:
        judge.dismissed_at = now()
        db.session.flush()
        _remember("events.works_dismiss", judge)
    return judge


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
