"""What a case's pages say of its payments: the member tells the account there, staff see how far it is."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _

from app.casework.file_export.parts import FilePart, Line
from app.casework.forms import yuan
from app.casework.models import Case
from app.casework.panels import Panel, Values
from app.casework.payments.inputs import AccountSchema
from app.casework.payments.models import PaymentOrder
from app.casework.payments.moves import MOVES, STOP
from app.casework.payments.payees import NONE_YET, TELL, find_payee, is_changeable
from app.casework.payments.queries import ListedLine, last_lines, list_orders
from app.casework.payments.returned import DISCARD, NOTE
from app.casework.payments.states import OrderState
from app.casework.payments.words import STATE_COLOURS, STATE_TITLES
from app.casework.queries import find_last_event
from app.casework.sealing import APPLICANT, unseal, unseal_notes
from app.core.forms import Form
from app.core.i18n import day
from app.core.modules import Text

KEY = "payment"
EVENT_TITLES: dict[str, Text] = {
    TELL: _("Account told"),
    NOTE: _("Noted that a payment came back"),
    DISCARD: _("Discarded the note that a payment came back"),
    **{move.deed: move.title for move in MOVES},
}


def _show_to_member(case: Case, refused: Form | None) -> Values | None:
    orders = list_orders(case.id)
    if not orders:
        return None
    row, payee = find_payee(case.id)
    typed = {} if payee else {"account_holder": unseal(case, APPLICANT)["name"]}
    return {
        "orders": orders,
        "lines": last_lines(case.id),
        "payee": payee,
        "form": refused or Form(AccountSchema, typed, seen=row.mark if row else NONE_YET),
        "is_refused": refused is not None,
        "is_bounced": row is not None and row.bounced_at is not None,
        "is_changeable": is_changeable(case, row, orders),
        "stopped_because": _why_stopped(case, orders),
    }


def _why_stopped(case: Case, orders: list[PaymentOrder]) -> str:
    if not any(order.state == OrderState.STOPPED for order in orders):
        return ""
    last = find_last_event(case.id, (STOP.deed,))
    return unseal_notes([(last.id, last.note_cipher)])[0] if last else ""


def _show_to_desk(case: Case, _refused: Form | None) -> Values | None:
    orders = list_orders(case.id)
    if not orders:
        return None
    _row, payee = find_payee(case.id)
    return {"orders": orders, "payee": payee, "titles": STATE_TITLES, "colours": STATE_COLOURS}


def _in_file(case: Case, for_member: bool) -> list[Line]:
    """Each order, and the account: whole for the member, whose it is, else as masked as on pages: who pays has the bank's file."""
    orders, paid = list_orders(case.id), last_lines(case.id)
    _row, payee = find_payee(case.id)
    each: list[Line] = [(order.number, " · ".join(_said_of(order, paid.get(order.id)))) for order in orders]
    if payee is None or not orders:
        return each
    number = payee.account_number if for_member else payee.masked_number
    return [*each, (_("Account for the money"), f"{payee.bank_name} {number}")]


def _said_of(order: PaymentOrder, last: ListedLine | None) -> Iterator[str]:
    yield yuan(order.amount_cents)
    yield str(STATE_TITLES[order.state])
    if last is not None and order.state == OrderState.PAID:
        yield day(last.row.paid_on)
    if last is not None and last.reason:
        yield last.reason


FILE = FilePart(_("Payment"), _in_file)
MEMBER = Panel(KEY, "casework/payment.html", _show_to_member)
DESK = Panel(KEY, "casework/desk/payment_panel.html", _show_to_desk, is_beside=True)
