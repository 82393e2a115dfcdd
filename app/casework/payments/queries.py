"""Reads of payment orders and batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from app.casework.models import Case
from app.casework.payments.models import CasePayee, PaymentBatch, PaymentLine, PaymentOrder, ReturnedPayment
from app.casework.payments.payee import Payee, unseal_payees
from app.casework.payments.states import BatchState, LineOutcome, OrderState, ReturnState
from app.casework.sealing import APPLICANT, unseal_many, unseal_texts
from app.core.audit import AuditEntry
from app.core.errors import NotFound
from app.core.identifiers import mask_name
from tenants.database import db


@dataclass(frozen=True, slots=True)
class ListedLine:
    """A line of a batch with all that belongs to it, in clear; `reason` is why it was refused, or why it came back (`returned`)."""

    row: PaymentLine
    order: PaymentOrder
    case: Case
    payee: Payee
    name: str
    reason: str
    returned: ReturnedPayment | None

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def is_somebody_elses(self) -> bool:
        return self.payee.account_holder != self.name


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A batch and how many of its lines were paid, refused or returned, or have no answer yet."""

    batch: PaymentBatch
    paid: int
    failed: int
    waiting: int


def list_orders(case_id: UUID) -> list[PaymentOrder]:
    """The orders of a case as committed now, in the order they came to be."""
    statement = select(PaymentOrder).where(PaymentOrder.case_id == case_id).order_by(PaymentOrder.number)
    return list(db.session.execute(statement.execution_options(populate_existing=True)).scalars())


def has_account(case_id: Any) -> ColumnElement[bool]:
    """The case's money has an account it may go to; `case_id` is a column."""
    return exists().where(CasePayee.case_id == case_id, CasePayee.bounced_at.is_(None))


def waiting_for_account(case_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these cases of which money waits until the member has told an account."""
    waits = or_(
        PaymentOrder.state == OrderState.FAILED,
        and_(PaymentOrder.state == OrderState.DUE, ~has_account(PaymentOrder.case_id)),
    )
    return set(db.session.scalars(select(PaymentOrder.case_id).where(PaymentOrder.case_id.in_(set(case_ids)), waits)))


def unpaid(case_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these cases of which money is ordered and not there yet, wherever it stands."""
    there = (OrderState.PAID, OrderState.VOID)
    statement = select(PaymentOrder.case_id).where(PaymentOrder.case_id.in_(set(case_ids)))
    return set(db.session.scalars(statement.where(PaymentOrder.state.not_in(there))))


def find_order(module: str, order_id: UUID) -> PaymentOrder:
    """An order of that very module, as committed now; raises `NotFound`."""
    statement = select(PaymentOrder).where(PaymentOrder.id == order_id, PaymentOrder.module == module)
    order = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if order is None:
        raise NotFound
    return order


def find_batch(module: str, batch_id: UUID) -> PaymentBatch:
    """A batch of that very module, as committed now; raises `NotFound`."""
    statement = select(PaymentBatch).where(PaymentBatch.id == batch_id, PaymentBatch.module == module)
    batch = db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()
    if batch is None:
        raise NotFound
    return batch


def find_released(module: str, numbers: Iterable[str]) -> list[UUID]:
    """The ids of those batches of the module with these numbers that were released."""
    named = select(PaymentBatch.id).where(PaymentBatch.module == module, PaymentBatch.number.in_(set(numbers)))
    return list(db.session.scalars(named.where(PaymentBatch.state == BatchState.RELEASED)))


def lock_batch(module: str, batch_id: UUID) -> PaymentBatch:
    """The same, held until the transaction ends unless it was checked off: then nobody changes it any more."""
    db.session.execute(select(PaymentBatch.id).where(PaymentBatch.id == batch_id).with_for_update())
    return find_batch(module, batch_id)


def lock_cases(case_ids: Iterable[UUID]) -> dict[UUID, Case]:
    """Cases as committed now, held until the transaction ends, always in one order: two batches at once don't block each other."""
    statement = select(Case).where(Case.id.in_(set(case_ids))).order_by(Case.id).with_for_update()
    found = db.session.execute(statement.execution_options(populate_existing=True)).scalars()
    return {case.id: case for case in found}


def list_lines(batch_id: UUID) -> list[ListedLine]:
    """The lines of a batch as committed now, by their numbers."""
    return _listed(PaymentLine.batch_id == batch_id)


def list_attempts(order_id: UUID) -> list[tuple[ListedLine, PaymentBatch]]:
    """The batches an order was put into, and what became of it in each."""
    lines = _listed(PaymentLine.order_id == order_id)
    batches = {
        batch.id: batch
        for batch in db.session.scalars(
            select(PaymentBatch).where(PaymentBatch.id.in_({line.row.batch_id for line in lines}))
        )
    }
    return [(line, batches[line.row.batch_id]) for line in sorted(lines, key=lambda line: line.row.id)]


def last_lines(case_id: UUID) -> dict[UUID, ListedLine]:
    """The newest line of each order of a case that was put into a batch."""
    return {
        line.order.id: line for line in sorted(_listed(PaymentLine.case_id == case_id), key=lambda line: line.row.id)
    }


def _listed(condition: Any) -> list[ListedLine]:
    statement = (
        select(PaymentLine, PaymentOrder, Case, ReturnedPayment)
        .join(PaymentOrder, PaymentOrder.id == PaymentLine.order_id)
        .join(Case, Case.id == PaymentLine.case_id)
        .outerjoin(
            ReturnedPayment,
            and_(ReturnedPayment.line_id == PaymentLine.id, ReturnedPayment.state == ReturnState.CONFIRMED),
        )
        .where(condition)
        .order_by(PaymentOrder.number)
    )
    found: Any = db.session.execute(statement.execution_options(populate_existing=True)).all()
    lines = [line for line, *_rest in found]
    table = PaymentLine.__tablename__
    payees = unseal_payees(table, "account_cipher", [(line.id, line.account_cipher) for line in lines])
    refusals = unseal_texts(table, "reason_cipher", [(line.id, line.reason_cipher) for line in lines])
    back = reasons_of(returned for *_rest, returned in found if returned)
    people = unseal_many([(case.id, case.applicant_cipher) for _line, _order, case, _back in found], APPLICANT)
    return [
        ListedLine(line, order, case, payee, person["name"], back[returned.id] if returned else refusal, returned)
        for (line, order, case, returned), payee, person, refusal in zip(found, payees, people, refusals, strict=True)
    ]


def reasons_of(rows: Iterable[ReturnedPayment]) -> dict[UUID, str]:
    """Why payments came back, in clear, by the ids of their notes."""
    rows = list(rows)
    sealed: list[tuple[UUID, bytes | None]] = [(row.id, row.reason_cipher) for row in rows]
    found = unseal_texts(ReturnedPayment.__tablename__, "reason_cipher", sealed)
    return {row.id: reason for row, reason in zip(rows, found, strict=True)}


def find_attempt(module: str, order_id: UUID, line_id: UUID) -> ListedLine:
    """The line of an order of the module that has an id; raises `NotFound`."""
    found = _listed(and_(PaymentLine.id == line_id, PaymentLine.order_id == find_order(module, order_id).id))
    if not found:
        raise NotFound
    return found[0]


def find_noted_return(order_id: UUID) -> ReturnedPayment | None:
    """The note that a payment came back, while nobody has confirmed it."""
    statement = (
        select(ReturnedPayment)
        .join(PaymentLine, PaymentLine.id == ReturnedPayment.line_id)
        .where(PaymentLine.order_id == order_id, ReturnedPayment.state == ReturnState.NOTED)
    )
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one_or_none()


def find_referred(reference: str, but: UUID) -> str | None:
    """The number of a payment, `but` one order, that was noted as paid by this reference of the bank."""
    statement = (
        select(PaymentOrder.number)
        .join(PaymentLine, PaymentLine.order_id == PaymentOrder.id)
        .where(PaymentLine.reference == reference, PaymentLine.order_id != but)
    )
    return db.session.execute(statement.limit(1)).scalar_one_or_none()


def list_takings(batch: PaymentBatch) -> list[AuditEntry]:
    """When the file of a batch was taken out, by whom and why, the first one first."""
    statement = select(AuditEntry).where(
        AuditEntry.object_type == "payment_batch",
        AuditEntry.object_id == str(batch.id),
        AuditEntry.action == f"{batch.module}.take_out_batch",
    )
    return list(db.session.scalars(statement.order_by(AuditEntry.at)))


def list_batches(module: str, most: int = 200) -> list[ListedBatch]:
    """The newest batches of a module."""
    outcome = PaymentLine.outcome
    statement = (
        select(
            PaymentBatch,
            func.count(PaymentLine.id).filter(outcome == LineOutcome.PAID),
            func.count(PaymentLine.id).filter(outcome.in_((LineOutcome.FAILED, LineOutcome.RETURNED))),
            func.count(PaymentLine.id).filter(outcome.is_(None)),
        )
        .outerjoin(PaymentLine, PaymentLine.batch_id == PaymentBatch.id)
        .where(PaymentBatch.module == module)
        .group_by(PaymentBatch.zone_id, PaymentBatch.id)
        .order_by(PaymentBatch.id.desc())
        .limit(most)
    )
    return [ListedBatch(*row) for row in db.session.execute(statement)]
