"""The list of payment orders for who pays: filters, pages by key, and rows in which people are masked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select

from app.casework.models import Case
from app.casework.payments.models import CasePayee, PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.payee import Payee
from app.casework.payments.payees import payees_of
from app.casework.payments.queries import has_account
from app.casework.payments.states import OrderState, ReturnState
from app.casework.public_notice.standing import waits_for_notice
from app.casework.sealing import APPLICANT, unseal_many
from app.core.forms import parse_uuid
from app.core.identifiers import mask_name
from app.unions.queries import starts_with
from tenants.database import db

PAGE = 100
READY = "ready"
UNTOLD = "untold"
NOTICED = "noticed"
CAME_BACK = "came_back"
ALL = "all"
SPANS = (READY, UNTOLD, NOTICED, CAME_BACK, *OrderState, ALL)
"""What the list may be narrowed to: due with an account and clear of public notice, due without one it may go to, due and not clear, noted as
come back and not confirmed, a state, everything."""


@dataclass(frozen=True, slots=True)
class Filters:
    """`span` is one of `SPANS`, `q` the beginning of a payment's number, `after` the last row of the page before."""

    span: str = READY
    q: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A payment in the list; the person and the account only masked."""

    id: UUID
    number: str
    name: str
    amount_cents: int
    payee: Payee | None
    is_somebody_elses: bool
    is_bounced: bool
    ordered_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of the list, and how many rows it has on all pages and their sum; `next_after` opens the next page."""

    rows: list[DeskRow]
    count: int
    cents: int
    next_after: str


def list_desk(module: str, filters: Filters, size: int = PAGE) -> DeskPage:
    """One page of the list, the oldest first."""
    condition = _condition(module, filters)
    totals = select(func.count(), func.coalesce(func.sum(PaymentOrder.amount_cents), 0)).where(condition)
    count, cents = db.session.execute(totals).one()
    statement = select(PaymentOrder, Case.applicant_cipher).join(Case, Case.id == PaymentOrder.case_id).where(condition)
    if last := parse_uuid(filters.after):
        statement = statement.where(PaymentOrder.id > last)
    found: Any = db.session.execute(statement.order_by(PaymentOrder.id).limit(size + 1)).all()
    rows = _shown(found[:size])
    return DeskPage(rows, count, int(cents), str(rows[-1].id) if len(found) > size else "")


def count_ready(module: str) -> int:
    """How many payments can be put into a batch."""
    ready = select(func.count()).where(_condition(module, Filters()))
    return db.session.execute(ready).scalar_one()


def _condition(module: str, filters: Filters) -> ColumnElement[bool]:
    conditions = [PaymentOrder.module == module]
    if filters.q:
        conditions.append(starts_with(PaymentOrder.number, filters.q.upper()))
    if filters.span in (READY, UNTOLD, NOTICED):
        told = has_account(PaymentOrder.case_id)
        waits = PaymentOrder.case_id.in_(select(Case.id).where(waits_for_notice()))
        narrowed = {READY: and_(told, ~waits), UNTOLD: ~told, NOTICED: and_(told, waits)}
        conditions += [PaymentOrder.state == OrderState.DUE, narrowed[filters.span]]
    elif filters.span == CAME_BACK:
        noted = select(PaymentLine.order_id).join(ReturnedPayment, ReturnedPayment.line_id == PaymentLine.id)
        conditions.append(PaymentOrder.id.in_(noted.where(ReturnedPayment.state == ReturnState.NOTED)))
    elif filters.span != ALL:
        conditions.append(PaymentOrder.state == filters.span)
    return and_(*conditions)


def _shown(found: list[tuple[PaymentOrder, bytes | None]]) -> list[DeskRow]:
    people = unseal_many([(order.case_id, sealed) for order, sealed in found], APPLICANT)
    cases = [order.case_id for order, _sealed in found]
    told = list(db.session.scalars(select(CasePayee).where(CasePayee.case_id.in_(cases))))
    payees, bounced = payees_of(told), {row.case_id for row in told if row.bounced_at}
    return [
        _row(order, person["name"], payees.get(order.case_id), is_bounced=order.case_id in bounced)
        for (order, _sealed), person in zip(found, people, strict=True)
    ]


def _row(order: PaymentOrder, name: str, payee: Payee | None, *, is_bounced: bool) -> DeskRow:
    return DeskRow(
        id=order.id,
        number=order.number,
        name=mask_name(name),
        amount_cents=order.amount_cents,
        payee=payee,
        is_somebody_elses=payee is not None and payee.account_holder != name,
        is_bounced=is_bounced,
        ordered_at=order.ordered_at,
        state=order.state,
    )
