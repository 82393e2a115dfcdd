"""Until when beans can be spent: through their lot's last day, and where some were given back late, through the grace for these."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Date, cast, func, select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.beans.ledger import Move
from app.benefits.beans.models import BeanAccount, BeanLot, BeanRefundGrace
from app.core.clock import today_in_china
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

REFUND_GRACE_DAYS = 30
"""So many days at least a member has for beans that were given back to them."""
LAST_DAY = BeanLot.expires_on + BeanLot.grace_days
"""The last day on which beans of a lot are spent: its expiry and the days of grace."""
_GRACE = (BeanRefundGrace.lot_id == BeanAccount.lot_id, BeanRefundGrace.member_id == BeanAccount.member_id)
LAST_DAY_OF_MEMBER = cast(
    func.greatest(
        LAST_DAY, select(func.max(BeanRefundGrace.until)).where(*_GRACE).correlate(BeanAccount).scalar_subquery()
    ),
    Date,
)
"""The last day on which a member spends what their account has of a lot."""


def is_good() -> ColumnElement[bool]:
    """That an account's beans can be spent today."""
    return (today_in_china() <= LAST_DAY) | _is_in_grace()


def is_over() -> ColumnElement[bool]:
    """That the last day of an account's beans has passed."""
    return (today_in_china() > LAST_DAY) & ~_is_in_grace()


def _is_in_grace() -> ColumnElement[bool]:
    return (
        select(BeanRefundGrace.id)
        .where(*_GRACE, BeanRefundGrace.until >= today_in_china())
        .correlate(BeanAccount)
        .exists()
    )


def give_grace(moves: Iterable[Move]) -> None:
    """Let members spend what was given back to them for `REFUND_GRACE_DAYS` from today where its lot ends earlier."""
    until = today_in_china() + timedelta(days=REFUND_GRACE_DAYS)
    lots = {move.lot_id: move.member_id for move in moves}
    ending = db.session.scalars(select(BeanLot.id).where(BeanLot.id.in_(lots), until > LAST_DAY)).all()
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "lot_id": lot_id, "member_id": lots[lot_id], "until": until}
        for lot_id in ending
    ]
    if rows:
        db.session.execute(insert(BeanRefundGrace).values(rows).on_conflict_do_nothing())
