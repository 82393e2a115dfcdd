"""The file for the bank: a released batch as a workbook, with who made, released and took it out, and when."""

from typing import IO
from uuid import UUID

from flask_babel import gettext as _

from app.casework.payments.batches import digest_of, record
from app.casework.payments.errors import AllAnswered, FileGone, ReasonForAnotherFile
from app.casework.payments.hands import require_apart
from app.casework.payments.models import PaymentBatch
from app.casework.payments.outcomes import held_lines
from app.casework.payments.queries import ListedLine, list_takings
from app.casework.trail import record as record_on_case
from app.core.clock import now
from app.core.i18n import moment
from app.core.sheets import write_sheet
from tenants.context import Actor, current_zone

TAKE_OUT = "take_out_account"


def write_bank_file(actor: Actor, module: str, batch_id: UUID, target: IO[bytes], reason: str = "") -> PaymentBatch:
    """Write the file of a released batch, once more only for a `reason`; each member reads that their account was in it.

    Raises `NotFound`, `NotReleased`, `NotTheirs`, `AllAnswered`, `ReasonForAnotherFile`, `FileGone` when not everything
    that was released is there any more.
    """
    batch, lines = held_lines(module, batch_id)
    require_apart(actor, [line.case for line in lines])
    if digest_of(batch, lines) != batch.digest:
        raise FileGone
    if all(line.row.outcome for line in lines):
        raise AllAnswered
    if list_takings(batch) and not reason:
        raise ReasonForAnotherFile(field="take_out_reason")
    headings = [
        _("Payment batch"), _("Payment number"), _("Name of the account holder"), _("Bank and branch"),
        _("Number of the account or card"), _("Amount (yuan)"), _("Result"), _("Reason"), _("Paid on"), _("Bank reference"),
    ]  # fmt: skip
    rows: list[list[object]] = [_cells(batch, line) for line in lines]
    total = ["", _("Total"), "", "", "", batch.total_cents / 100]
    write_sheet(target, headings, [*rows, total], widths=dict.fromkeys(headings[:5], 28), title=batch.number,
                text_columns=[headings[4]], money_columns=[headings[5]], about=(_("Who and when"), _facts(actor, batch)))  # fmt: skip
    stated = {"stated_reason": reason} if reason else {}
    record(batch, "take_out_batch", count=batch.count, cents=batch.total_cents, **stated)
    for line in lines:
        record_on_case(line.case, TAKE_OUT, payment=line.order.number, batch=batch.number)
    return batch


def _cells(batch: PaymentBatch, line: ListedLine) -> list[object]:
    """The batch is in every row: it is what tells the answer to this attempt from the answer to another one."""
    payee = line.payee
    return [
        batch.number, line.order.number, payee.account_holder, payee.bank_name, payee.account_number,
        line.order.amount_cents / 100,
    ]  # fmt: skip


def _facts(actor: Actor, batch: PaymentBatch) -> list[tuple[str, str]]:
    return [
        (_("Payment batch"), batch.number),
        (_("Zone"), current_zone().name),
        (_("Made by"), f"{batch.made_by_name} · {moment(batch.made_at)}"),
        (_("Released by"), f"{batch.checked_by_name} · {moment(batch.checked_at)}"),
        (_("Taken out by"), f"{actor.name} · {moment(now())}"),
        (_("Payments"), str(batch.count)),
        (_("SHA-256 of the lines"), batch.digest or ""),
    ]
