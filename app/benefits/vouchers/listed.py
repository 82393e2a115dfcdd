"""Vouchers that a shop without network may have taken, or may take still: until when nobody else can say what became of them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.benefits.vouchers.models import Voucher
from app.core.clock import now
from tenants.context import current_zone
from tenants.database import db
from tenants.turns import take_turn

TO_HAND_IN = timedelta(hours=2)
"""For so long after its list has ended a shop may take to hand in what it took by it."""


def hold_lists() -> None:
    """Until the transaction ends no shop of the zone takes a list along."""
    take_turn(f"vouchers.take_along.{current_zone().id}")


def not_listed() -> ColumnElement[bool]:
    """That no shop may have taken the voucher, or may take it still."""
    listed_until = func.voucher_listed_until(Voucher.id)
    return listed_until.is_(None) | (listed_until < now() - TO_HAND_IN)


def listed_until(voucher_id: UUID) -> datetime | None:
    """When what a shop took by its list is handed in; None where none has the voucher on one."""
    until = db.session.scalar(select(func.voucher_listed_until(voucher_id)))
    return until + TO_HAND_IN if until is not None and until + TO_HAND_IN >= now() else None
