"""What is left of a case on money once its member has it erased: its vouchers (会计凭证), which only who pays still sees.

Decision, payment, account and amounts stay until their day, and nothing of what was told; of the applicant the name.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, exists, select, update

from app.casework.issuing.queries import find_letter
from app.casework.kinds import CaseKind, find_kind
from app.casework.models import Case, CaseEvent, OfACase, Voucher
from app.casework.payments.models import PaymentOrder, ReturnedPayment
from app.casework.payments.queries import find_order
from app.casework.payments.states import OrderState, ReturnState
from app.casework.queries import find_case
from app.casework.retention.removing import models_of_cases, take_rows
from app.casework.sealing import ANSWERS, APPLICANT, seal, unseal
from app.casework.trail import record
from app.core.clock import now
from app.core.errors import NotFound
from app.core.files import StoredFile, read_file
from tenants.database import db

LEAVE = "leave_to_accounts"
READ = "read_decision"


def is_settled(case_id: Any) -> ColumnElement[bool]:
    """Nothing is to be paid on the case any more, nor to be looked into since it came back; `case_id` is a column."""
    over = (OrderState.PAID, OrderState.VOID)
    is_due = exists().where(PaymentOrder.case_id == case_id, PaymentOrder.state.not_in(over))
    came_back = exists().where(ReturnedPayment.case_id == case_id, ReturnedPayment.state == ReturnState.NOTED)
    return ~is_due & ~came_back


def leave_to_accounts(case: Case) -> None:
    """Erase of a case what no law keeps, and cut the rest off from every page but those of who pays."""
    record(case, LEAVE)
    db.session.flush()
    models = models_of_cases()
    kind = find_kind(case.kind)
    vouchers = [model for model in models if is_voucher(model, kind)]
    take_rows(case, [model for model in models if model not in (*vouchers, CaseEvent)])
    _keep_events(case, vouchers)
    kind.own.leave_to_accounts(case)
    seal(case, ANSWERS, {})
    seal(case, APPLICANT, {"name": unseal(case, APPLICANT)["name"]})
    case.typed_cipher = None
    case.accounts_only_since = case.updated_at = now()
    case.version += 1
    db.session.flush()


def is_voucher(model: type[OfACase], kind: CaseKind) -> bool:
    """Whether rows of a table are vouchers in cases of a kind."""
    return model.voucher is Voucher.OF_ANY or (model.voucher is Voucher.OF_GRANT and bool(kind.pay))


def read_decision(module: str, order_id: UUID, letter_id: UUID) -> tuple[StoredFile, bytes]:
    """The letter of a decision that an order rests on, where the accounts alone keep the case; the look is recorded.

    Raises `NotFound`, also while the case is read by those who have a part in it.
    """
    case = find_case(find_order(module, order_id).case_id)
    if case.accounts_only_since is None:
        raise NotFound
    found = read_file(find_letter(case, letter_id).file_id)
    record(case, READ)
    return found


def _keep_events(case: Case, vouchers: list[type[Any]]) -> None:
    """The lines of the history that a voucher rests on, without their words."""
    of_case = CaseEvent.case_id == case.id
    rested_on = [
        select(model.event_id).where(model.case_id == case.id) for model in vouchers if "event_id" in model.__table__.c
    ]
    db.session.execute(delete(CaseEvent).where(of_case, *(CaseEvent.id.not_in(events) for events in rested_on)))
    db.session.execute(update(CaseEvent).where(of_case).values(note_cipher=None))
