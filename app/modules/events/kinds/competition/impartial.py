"""Whoever judges a round that is not scored yet is kept from names, unions and others' scores, and decides nothing about them."""

from uuid import UUID

from sqlalchemy import select

from app.modules.events.judging.errors import JudgesThemselves
from app.modules.events.kinds.competition.models import Judge, Round
from app.modules.events.kinds.competition.states import RoundState
from tenants.context import Actor
from tenants.database import db


def is_blind(actor: Actor, campaign_id: UUID) -> bool:
    """Whether somebody was named a judge of a round whose scoring is not closed."""
    named = (
        select(Judge.id)
        .join(Round, (Round.zone_id == Judge.zone_id) & (Round.id == Judge.round_id))
        .where(
            Judge.campaign_id == campaign_id, Judge.account_id == actor.account_id,
            Round.state.in_([RoundState.WAITING, RoundState.OPEN]),
        )
    )  # fmt: skip
    return db.session.scalar(named.limit(1)) is not None


def judges_in(actor: Actor, round_id: UUID) -> bool:
    """Whether somebody was named a judge of this round."""
    named = select(Judge.id).where(Judge.round_id == round_id, Judge.account_id == actor.account_id)
    return db.session.scalar(named) is not None


def require_no_judge(actor: Actor, campaign_id: UUID) -> None:
    """Raises `JudgesThemselves` for who would read or decide what they are blind to."""
    if is_blind(actor, campaign_id):
        raise JudgesThemselves
