"""How many claims wait for somebody: those they may decide on or pay themselves (`deciding`, `paying`), of cases they are not kept from."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from app.casework.access.conflicts import may_know
from app.casework.models import Case
from app.modules.legal_aid.fees.models import FeeBounce, FeeClaim
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.lawyers.models import Assignment
from app.modules.legal_aid.rights import APPROVE_FEES, PAY_FEES
from tenants.context import Actor
from tenants.database import db


def count_waiting_for(actor: Actor) -> int:
    """What waits for an actor who approves or pays."""
    if actor.account_id is None:
        return 0
    ways = ((APPROVE_FEES, _to_decide(actor.account_id)), (PAY_FEES, _to_pay(actor.account_id)))
    waits = or_(false(), *(condition for right, condition in ways if actor.may(right)))
    statement = (
        select(func.count(FeeClaim.id))
        .join(Case, Case.id == FeeClaim.case_id)
        .join(Assignment, Assignment.id == FeeClaim.assignment_id)
        .where(waits, FeeClaim.account_id != actor.account_id, may_know(actor))
    )
    return db.session.execute(statement).scalar_one()


def _to_decide(account_id: UUID) -> ColumnElement[bool]:
    has_part = or_(Assignment.offered_by == account_id, Case.handler_id == account_id)
    return and_(FeeClaim.state == ClaimState.CLAIMED, has_part.is_not(True))


def _to_pay(account_id: UUID) -> ColumnElement[bool]:
    last_return = select(FeeBounce.noted_by).where(FeeBounce.claim_id == FeeClaim.id).order_by(FeeBounce.id.desc())
    noted_by = last_return.limit(1).correlate(FeeClaim).scalar_subquery()
    is_apart = and_(FeeClaim.decided_by != account_id, noted_by.is_distinct_from(account_id))
    return and_(FeeClaim.state == ClaimState.APPROVED, is_apart)
