"""What who pays does with a single order: stop it, let it go on, look at its account."""

from collections.abc import Iterable
from uuid import UUID

from app.casework.models import Case
from app.casework.payments.errors import AccountMissing
from app.casework.payments.hands import require_apart
from app.casework.payments.models import PaymentOrder
from app.casework.payments.moves import RENEW, RESUME, RESUME_REFUSED, STOP, Move, move
from app.casework.payments.payee import Payee
from app.casework.payments.payees import NONE_YET, find_payee, trust_account
from app.casework.payments.queries import find_order, last_lines
from app.casework.payments.states import LineOutcome
from app.casework.queries import find_last_event, lock_case
from app.casework.sealing import unseal_notes
from app.casework.trail import record
from app.core.seen import require_seen
from tenants.context import Actor

REVEAL = "reveal_account"
READ = "read_account"


def stop_payment(actor: Actor, module: str, order_id: UUID, reason: str, *, seen: str | None = None) -> None:
    """Keep a due or refused payment from being paid; the member is told, and reads the reason. Sent twice it is stopped once.

    Raises `NotFound`, `NotTheirs`, `ChangedMeanwhile`, `PaymentMovedOn`.
    """
    _take(actor, module, order_id, STOP, reason, seen)


def resume_payment(actor: Actor, module: str, order_id: UUID, *, seen: str | None = None) -> None:
    """Make a stopped payment due again, or let it wait for its account as before. Sent twice it goes on once. Raises like `stop_payment`."""
    case, order = hold_order(actor, module, order_id)
    _take(actor, module, order_id, RESUME_REFUSED if _waits_for_account(case, order) else RESUME, "", seen)


def renew_payment(
    actor: Actor, module: str, order_id: UUID, *, account: str | None = None, seen: str | None = None
) -> None:
    """Make due again, to the account that holds now, what the bank refused. Sent twice it is once. Raises like `stop_payment`.

    `account` is the mark of the account on the actor's page.
    """
    if case := _take(actor, module, order_id, RENEW, "", seen):
        row, _payee = find_payee(case.id)
        require_seen(account, row.mark if row else NONE_YET)
        trust_account(case)


def _waits_for_account(case: Case, order: PaymentOrder) -> bool:
    """Whether the bank sent back what was paid on the order, and its account is in doubt since."""
    row, _payee = find_payee(case.id)
    last = last_lines(case.id).get(order.id)
    is_back = last is not None and last.row.outcome in (LineOutcome.FAILED, LineOutcome.RETURNED)
    return is_back and row is not None and row.bounced_at is not None


def reveal_account(actor: Actor, module: str, order_id: UUID, reason: str) -> Payee:
    """The account in clear, for a reason that is kept where the member can read it.

    Raises `NotFound`, `NotTheirs`, `AccountMissing`.
    """
    case, order = hold_order(actor, module, order_id)
    _row, payee = find_payee(case.id)
    if payee is None:
        raise AccountMissing
    record(case, REVEAL, payment=order.number, stated_reason=reason)
    return payee


def note_reasons_read(cases: Iterable[Case]) -> None:
    """Note that who pays reads why the money of these cases goes to somebody else's account."""
    for case in cases:
        record(case, READ)


def _take(actor: Actor, module: str, order_id: UUID, to: Move, note: str, seen: str | None) -> Case | None:
    """The case, held, whose order was moved; nothing for a repeat."""
    case, order = hold_order(actor, module, order_id)
    if seen in to.sources and _is_repeat(actor, case, order, to, note):
        return None
    require_seen(seen, order.mark)
    move(actor, case, order, to, note)
    return case


def hold_order(actor: Actor, module: str, order_id: UUID) -> tuple[Case, PaymentOrder]:
    """The order as committed now and its case, held: whatever happens to a payment waits for its case.

    Raises `NotFound`, `NotTheirs`.
    """
    case = lock_case(find_order(module, order_id).case_id)
    require_apart(actor, [case])
    return case, find_order(module, order_id)


def _is_repeat(actor: Actor, case: Case, order: PaymentOrder, to: Move, note: str) -> bool:
    """Whether this very move was the actor's last deed on the payments of the case."""
    if order.state != to.target:
        return False
    last = find_last_event(case.id, (STOP.deed, RESUME.deed, RENEW.deed))
    if last is None or (last.action, last.account_id) != (to.deed, actor.account_id):
        return False
    return unseal_notes([(last.id, last.note_cipher)]) == [note]
