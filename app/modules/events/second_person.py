"""What waits for a second person in campaigns that run: each kind says it of its own (`CampaignKind.to_decide`)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.benefits.proposals import ProposalState
from app.core.modules import load_provider
from app.modules.events.kinds import KINDS
from app.modules.events.models import Campaign
from app.modules.events.prizes.models import Redraw
from app.modules.events.states import State
from tenants.database import db


@dataclass(frozen=True, slots=True)
class ToDecide:
    """A page of what people asked for that others decide, and how much of it waits."""

    title: str
    href: str
    waiting: int


def list_to_decide() -> list[ToDecide]:
    """The pages of all kinds that have one."""
    return [load_provider(kind.to_decide)() for kind in KINDS.values() if kind.to_decide]


def count_to_review() -> int:
    """How much waits for a second person, for the menu: campaigns, redraws of prizes, and what kinds say."""
    campaigns = select(func.count()).select_from(Campaign).where(Campaign.state == State.SUBMITTED)
    redraws = select(func.count()).select_from(Redraw).where(Redraw.state == ProposalState.SUBMITTED)
    of_kinds = sum(each.waiting for each in list_to_decide())
    return (db.session.scalar(campaigns) or 0) + (db.session.scalar(redraws) or 0) + of_kinds
