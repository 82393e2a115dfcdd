"""Reads of payment orders."""

from uuid import UUID

from sqlalchemy import select

from app.casework.payments.models import PaymentOrder
from app.core.errors import NotFound
from tenants.database import db


def list_orders(case_id: UUID) -> list[PaymentOrder]:
    """The orders of a case as committed now, in the order they came to be."""
    statement = select(PaymentOrder).where(PaymentOrder.case_id == case_id).order_by(PaymentOrder.number)
    return list(db.session.execute(statement.execution_options(populate_existing=True)).scalars())


def find_order(module: str, order_id: UUID) -> PaymentOrder:
    """An order of that very module; raises `NotFound`."""
    statement = select(PaymentOrder).where(PaymentOrder.id == order_id, PaymentOrder.module == module)
    order = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if order is None:
        raise NotFound
    return order
