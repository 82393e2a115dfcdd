"""The account that a case's money goes to: told by the member, sealed, changed by them until the money is under way."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.casework.models import Case
from app.casework.payments.errors import AccountLocked, HolderReasonMissing
from app.casework.payments.models import CasePayee, PaymentOrder
from app.casework.payments.moves import RENEW, move
from app.casework.payments.payee import Payee, seal_payee, unseal_payees
from app.casework.payments.queries import ListedLine, list_orders
from app.casework.payments.states import OrderState
from app.casework.queries import find_case_or_vouchers, lock_case
from app.casework.sealing import APPLICANT, unseal
from app.casework.trail import add_event, record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.seen import require_seen
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

TELL = "tell_account"
NONE_YET = "0"
"""The mark of a case without an account."""
OPEN = (OrderState.DUE, OrderState.FAILED)


def find_payee(case_id: UUID) -> tuple[CasePayee | None, Payee | None]:
    """The account of a case, its row and in clear."""
    row = db.session.execute(
        select(CasePayee).where(CasePayee.case_id == case_id).execution_options(populate_existing=True)
    ).scalar_one_or_none()
    return (None, None) if row is None else (row, payees_of([row])[row.case_id])


def payees_of(rows: Iterable[CasePayee]) -> dict[UUID, Payee]:
    """Accounts in clear, by their cases."""
    rows = list(rows)
    sealed: list[tuple[UUID, bytes | None]] = [(row.id, row.told_cipher) for row in rows]
    found = unseal_payees(CasePayee.__tablename__, "told_cipher", sealed)
    return {row.case_id: payee for row, payee in zip(rows, found, strict=True)}


def tell_account(actor: Actor, case_id: UUID, payee: Payee, *, seen: str | None = None) -> None:
    """Keep the account that the member's case is to be paid to; the same told twice is told once.

    What the bank had refused is due again; the same account told after that is confirmed. It is told also where the accounts
    alone keep the case. Raises `NotFound` where nothing was granted, `AccountLocked`, `HolderReasonMissing`, `ChangedMeanwhile`.
    """
    find_case_or_vouchers(actor, case_id)
    case = lock_case(case_id)
    orders = list_orders(case.id)
    if not orders:
        raise NotFound
    row, before = find_payee(case.id)
    if payee == before and not is_in_doubt(row, orders):
        return
    if not is_changeable(case, row, orders):
        raise AccountLocked
    if is_somebody_elses(case, payee) and not payee.holder_reason:
        raise HolderReasonMissing(field="holder_reason")
    require_seen(seen, row.mark if row else NONE_YET)
    _keep(case, row, payee)
    add_event(actor, case, TELL, is_shown=True)
    record(case, TELL)
    for order in orders:
        if order.state == OrderState.FAILED:
            move(actor, case, order, RENEW)


def is_changeable(case: Case, row: CasePayee | None, orders: Iterable[PaymentOrder]) -> bool:
    """Whether the member may tell another account: money waits for it, or may yet be granted after some came back."""
    is_asked = row is not None and row.bounced_at is not None and not case.accounts_only_since
    return is_asked or any(order.state in OPEN for order in orders)


def is_in_doubt(row: CasePayee | None, orders: Iterable[PaymentOrder]) -> bool:
    """Whether the bank sent money back, so that the same account is told to confirm it."""
    is_bounced = row is not None and row.bounced_at is not None
    return is_bounced or any(order.state == OrderState.FAILED for order in orders)


def list_moved_on(lines: Iterable[ListedLine]) -> list[str]:
    """The numbers of those payments whose account in a batch may not be paid to: it is in doubt, or not the case's any more."""
    lines = list(lines)
    told = select(CasePayee).where(
        CasePayee.case_id.in_({line.case.id for line in lines}), CasePayee.bounced_at.is_(None)
    )
    payees = payees_of(db.session.scalars(told.execution_options(populate_existing=True)))
    return [line.order.number for line in lines if payees.get(line.case.id) != line.payee]


def doubt_account(case: Case, payee: Payee) -> None:
    """Pay nothing more to an account that the bank sent money back from, where it is still the case's. The case is held."""
    row, told = find_payee(case.id)
    if row is not None and told == payee:
        row.version, row.bounced_at = row.version + 1, now()


def trust_account(case: Case) -> None:
    """Pay to the account of a case again. The case is held."""
    row, _payee = find_payee(case.id)
    if row is not None and row.bounced_at is not None:
        row.version, row.bounced_at = row.version + 1, None


def is_somebody_elses(case: Case, payee: Payee) -> bool:
    return payee.account_holder != unseal(case, APPLICANT)["name"]


def _keep(case: Case, row: CasePayee | None, payee: Payee) -> None:
    if row is None:
        row = CasePayee(zone_id=current_zone().id, id=uuid7(), case_id=case.id, member_id=case.member_id)
        db.session.add(row)
    else:
        row.version, row.told_at, row.bounced_at = row.version + 1, now(), None
    row.told_cipher = seal_payee(CasePayee.__tablename__, "told_cipher", row.id, payee)
    db.session.flush()
