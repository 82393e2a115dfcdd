"""Whoever judges a round that is not scored yet is kept from names, unions and others' scores, and decides nothing about them."""

from uuid import UUID

from sqlalchemy import ColumnElement, SQLColumnExpression, literal, select
from sqlalchemy.orm import aliased

from app.modules.events.judging.errors import JudgesThemselves
from app.modules.events.kinds.competition.models import Judge, Round
from app.modules.events.kinds.competition.states import RoundState
from tenants.context import Actor
from tenants.database import db

NAMED, SCORED = aliased(Judge), aliased(Round)
"""Of who reads, whatever judges and rounds a query has itself."""


def is_blind(actor: Actor, campaign_id: UUID) -> bool:
    """Whether somebody was named a judge of a round whose scoring is not closed."""
    return bool(db.session.scalar(select(is_blind_to(actor, literal(campaign_id)))))


def is_blind_to(actor: Actor, campaign_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """The same of the campaigns of a query."""
    return (
        select(NAMED.id)
        .join(SCORED, (SCORED.zone_id == NAMED.zone_id) & (SCORED.id == NAMED.round_id))
        .where(
            NAMED.campaign_id == campaign_id, NAMED.account_id == actor.account_id,
            SCORED.state.in_([RoundState.WAITING, RoundState.OPEN]),
        )
        .exists()
    )  # fmt: skip


def judges_in(actor: Actor, round_id: UUID) -> bool:
    """Whether somebody was named a judge of this round."""
    return bool(db.session.scalar(select(is_judged_by(actor, literal(round_id)))))


def is_judged_by(actor: Actor, round_id: SQLColumnExpression[UUID]) -> ColumnElement[bool]:
    """The same of the rounds of a query."""
    return select(NAMED.id).where(NAMED.round_id == round_id, NAMED.account_id == actor.account_id).exists()


def require_no_judge(actor: Actor, campaign_id: UUID) -> None:
    """Raises `JudgesThemselves` for who would read or decide what they are blind to."""
    if is_blind(actor, campaign_id):
        raise JudgesThemselves
