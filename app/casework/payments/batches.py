"""Batches: one person makes it, a second one checks and releases it, or dissolves it."""

import hashlib
import json
import secrets
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.casework.issuing.operations import CODE
from app.casework.models import Case
from app.casework.payments.errors import (
    AccountsMovedOn,
    GrantsMovedOn,
    NotDue,
    OnNotice,
    PaymentMovedOn,
    SecondCashierNeeded,
)
from app.casework.payments.hands import require_apart
from app.casework.payments.models import CasePayee, PaymentBatch, PaymentLine, PaymentOrder
from app.casework.payments.moves import BATCH, DROP, move
from app.casework.payments.ordering import leave_unpaid, list_not_standing
from app.casework.payments.payee import Payee, seal_payee
from app.casework.payments.payees import list_moved_on, payees_of
from app.casework.payments.queries import ListedLine, find_batch, has_account, list_lines, lock_batch, lock_cases
from app.casework.payments.states import BatchState, LineOutcome, OrderState
from app.casework.public_notice.standing import waits_for_notice
from app.casework.sealing import seal_text
from app.core import audit
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.seen import require_seen
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

MOST = 500
"""Payments in one batch."""


def make_batch(actor: Actor, module: str, batch_id: UUID, order_ids: Iterable[UUID]) -> PaymentBatch:
    """Put due payments into a batch; the same id sent again is the same batch. All of them, or none.

    Payments of cases kept from a union go into batches of their own beside it. Raises `NotFound`, `NotDue`, `OnNotice`, `NotTheirs`.
    """
    wanted = select(PaymentOrder).where(PaymentOrder.id.in_(set(order_ids)), PaymentOrder.module == module)
    case_ids = {order.case_id for order in db.session.scalars(wanted)}
    cases = lock_cases(case_ids)
    if db.session.get(PaymentBatch, (current_zone().id, batch_id)) is not None:
        return find_batch(module, batch_id)
    orders = list(db.session.scalars(wanted.execution_options(populate_existing=True)))
    if not orders or len(orders) > MOST:
        raise NotFound
    with_account = select(CasePayee).where(CasePayee.case_id.in_(case_ids), has_account(CasePayee.case_id))
    payees = payees_of(db.session.scalars(with_account))
    if late := [each.number for each in orders if each.state != OrderState.DUE or each.case_id not in payees]:
        raise NotDue(sorted(late))
    on_notice = set(db.session.scalars(select(Case.id).where(Case.id.in_(case_ids), waits_for_notice())))
    if waiting := [each.number for each in orders if each.case_id in on_notice]:
        raise OnNotice(sorted(waiting))
    require_apart(actor, cases.values(), makes=True)
    return _make(actor, module, batch_id, cases, orders, payees)


def _make(
    actor: Actor, module: str, batch_id: UUID, cases: dict[UUID, Case], orders: list[PaymentOrder],
    payees: dict[UUID, Payee],
) -> PaymentBatch:  # fmt: skip
    """The batches, one of what is kept from the same unions each; the first is returned."""

    def kept_from(order: PaymentOrder) -> list[str]:
        return sorted(cases[order.case_id].blind_paths)

    made = []
    for paths, group in groupby(sorted(orders, key=kept_from), kept_from):
        together = sorted(group, key=lambda order: order.number)
        batch = _batch(actor, module, uuid7() if made else batch_id, paths, together)
        made.append(batch)
        for order in together:
            _add(actor, cases[order.case_id], batch, order, payees[order.case_id])
        record(batch, "make_batch", count=batch.count, cents=batch.total_cents)
    return made[0]


def _batch(
    actor: Actor, module: str, batch_id: UUID, blind_paths: list[str], orders: list[PaymentOrder]
) -> PaymentBatch:
    """Its number follows no order, since a gap would tell of a batch that is kept from somebody."""
    code = "".join(secrets.choice(CODE) for _ in range(6))
    batch = PaymentBatch(
        zone_id=current_zone().id, id=batch_id, module=module, number=f"BF-{today_in_china():%Y%m%d}-{code}", state=BatchState.MADE,
        count=len(orders), total_cents=sum(order.amount_cents for order in orders), blind_paths=blind_paths,
        made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    db.session.add(batch)
    db.session.flush()  # what the trail says of it is kept from whom the batch is kept from, which only the batch knows
    return batch


def _add(actor: Actor, case: Case, batch: PaymentBatch, order: PaymentOrder, payee: Payee) -> None:
    line_id = uuid7()
    sealed = seal_payee(PaymentLine.__tablename__, "account_cipher", line_id, payee)
    db.session.add(
        PaymentLine(zone_id=batch.zone_id, id=line_id, case_id=case.id, member_id=case.member_id, batch_id=batch.id,
                    order_id=order.id, account_cipher=sealed)
    )  # fmt: skip
    move(actor, case, order, BATCH, batch=batch.number)


def release_batch(actor: Actor, module: str, batch_id: UUID, *, seen: str | None = None) -> None:
    """Release a batch that somebody else made; from then on it never changes. Sent twice it is released once.

    Raises `NotFound`, `SecondCashierNeeded`, `NotTheirs`, `ChangedMeanwhile`, `PaymentMovedOn`, `AccountsMovedOn`, `GrantsMovedOn`.
    """
    batch = lock_batch(module, batch_id)
    if batch.state == BatchState.RELEASED and batch.checked_by == actor.account_id:
        return
    require_seen(seen, batch.mark)
    if batch.made_by == actor.account_id:
        raise SecondCashierNeeded
    if batch.state != BatchState.MADE:
        raise PaymentMovedOn
    lock_cases(line.case.id for line in list_lines(batch.id))
    lines = list_lines(batch.id)
    require_apart(actor, [line.case for line in lines])
    if numbers := list_moved_on(lines):
        raise AccountsMovedOn(numbers)
    if numbers := list_not_standing(lines):
        raise GrantsMovedOn(numbers)
    _check_off(actor, batch, BatchState.RELEASED)
    batch.digest = digest_of(batch, lines)
    db.session.flush()
    record(batch, "release_batch", count=batch.count, cents=batch.total_cents, digest=batch.digest)


def dissolve_batch(actor: Actor, module: str, batch_id: UUID, reason: str, *, seen: str | None = None) -> None:
    """Dissolve a batch that was not released: its payments are due again, or void with their decision. Sent twice it is dissolved once.

    Raises `NotFound`, `ChangedMeanwhile`, `PaymentMovedOn`.
    """
    batch = lock_batch(module, batch_id)
    if batch.state == BatchState.DISSOLVED and batch.checked_by == actor.account_id:
        return
    require_seen(seen, batch.mark)
    if batch.state != BatchState.MADE:
        raise PaymentMovedOn
    lock_cases(line.case.id for line in list_lines(batch.id))
    for line in list_lines(batch.id):
        line.row.outcome = LineOutcome.DROPPED
        leave_unpaid(actor, line.case, line.order, DROP, batch=batch.number)
    db.session.flush()  # a line is dropped while its batch is still being made
    batch.note_cipher = seal_text(PaymentBatch.__tablename__, "note_cipher", batch.id, reason)
    _check_off(actor, batch, BatchState.DISSOLVED)
    db.session.flush()
    record(batch, "dissolve_batch", count=batch.count, cents=batch.total_cents)


def digest_of(batch: PaymentBatch, lines: Iterable[ListedLine]) -> str:
    """The SHA-256, in hexadecimal digits, of what the bank is told to pay: number, account and cents of each line."""
    told = [
        [line.order.number, line.payee.account_holder, line.payee.bank_name, line.payee.account_number,
         line.order.amount_cents]
        for line in lines
    ]  # fmt: skip
    return hashlib.sha256(json.dumps([batch.number, told], ensure_ascii=False).encode()).hexdigest()


def record(batch: PaymentBatch, deed: str, **detail: Any) -> None:
    """Write a deed on a batch into the audit trail as `<module>.<deed>`."""
    audit.record(
        f"{batch.module}.{deed}", object_type="payment_batch", object_id=batch.id, batch=batch.number, **detail
    )


def _check_off(actor: Actor, batch: PaymentBatch, state: BatchState) -> None:
    batch.state, batch.checked_at = state, now()
    batch.checked_by, batch.checked_by_name = actor.account_id, actor.name
