"""Vouchers whose last day has passed expire, and their piece is back in the batch's stock."""

from sqlalchemy import select

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import EXPIRE, GOOD
from app.benefits.vouchers.steps import step_of
from app.core.clock import today_in_china
from tenants.context import Actor
from tenants.database import db

AT_ONCE = 1000
"""Vouchers in one transaction."""


def expire(actor: Actor) -> int:
    """Expire up to `AT_ONCE` vouchers of the zone; how many did, 0 when none is left."""
    over = Voucher.last_day < today_in_china()
    chosen = select(Voucher.id).where(Voucher.state.in_(GOOD), over).order_by(Voucher.last_day, Voucher.id)
    ids = db.session.scalars(chosen.limit(AT_ONCE)).all()
    if not ids:
        return 0
    done = step_of(actor, EXPIRE, Voucher.id.in_(ids), over, shop_id=None, pick_up_on=None)
    return db.session.execute(done).rowcount  # type: ignore[attr-defined]
