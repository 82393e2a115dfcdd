"""The file for the bank: released batches as one workbook, with who made, released and took them out, and when."""

from collections.abc import Iterable
from typing import IO
from uuid import UUID

from flask_babel import gettext as _

from app.casework.payments.batches import digest_of, record
from app.casework.payments.errors import AllAnswered, FileGone, ReasonForAnotherFile
from app.casework.payments.hands import require_apart
from app.casework.payments.models import PaymentBatch
from app.casework.payments.outcomes import held_batches
from app.casework.payments.queries import ListedLine, list_takings
from app.casework.trail import record as record_on_case
from app.core.clock import now
from app.core.errors import NotFound
from app.core.i18n import moment
from app.core.sheets import write_sheet
from tenants.context import Actor, current_zone

TAKE_OUT = "take_out_account"


def write_bank_file(
    actor: Actor, module: str, batch_ids: Iterable[UUID], target: IO[bytes], reason: str = ""
) -> list[PaymentBatch]:
    """Write released batches into one file, any of them once more only for a `reason`; each member reads that their account was in it.

    Batches are kept apart by whom they are kept from; the bank gets those of a day in one file, from somebody who may see
    them all. Raises `NotFound`, `NotReleased`, `NotTheirs`, `AllAnswered`, `ReasonForAnotherFile`, `FileGone` when not everything
    that was released is there any more.
    """
    held = held_batches(module, batch_ids)
    if not held:
        raise NotFound
    require_apart(actor, [line.case for _batch, lines in held for line in lines])
    if any(digest_of(batch, lines) != batch.digest for batch, lines in held):
        raise FileGone
    if any(all(line.row.outcome for line in lines) for _batch, lines in held):
        raise AllAnswered
    if not reason and any(list_takings(batch) for batch, _lines in held):
        raise ReasonForAnotherFile(field="take_out_reason")
    _write(actor, held, target)
    stated = {"stated_reason": reason} if reason else {}
    for batch, lines in held:
        record(batch, "take_out_batch", count=batch.count, cents=batch.total_cents, **stated)
        for line in lines:
            record_on_case(line.case, TAKE_OUT, payment=line.order.number, batch=batch.number)
    return [batch for batch, _lines in held]


def _write(actor: Actor, held: list[tuple[PaymentBatch, list[ListedLine]]], target: IO[bytes]) -> None:
    batches = [batch for batch, _lines in held]
    headings = [
        _("Payment batch"), _("Payment number"), _("Name of the account holder"), _("Bank and branch"),
        _("Number of the account or card"), _("Amount (yuan)"), _("Result"), _("Reason"), _("Paid on"), _("Bank reference"),
    ]  # fmt: skip
    rows: list[list[object]] = [_cells(batch, line) for batch, lines in held for line in lines]
    total = ["", _("Total"), "", "", "", sum(batch.total_cents for batch in batches) / 100]
    write_sheet(target, headings, [*rows, total], widths=dict.fromkeys(headings[:5], 28), title=title_of(batches),
                text_columns=[headings[4]], money_columns=[headings[5]], about=(_("Who and when"), _facts(actor, batches)))  # fmt: skip


def title_of(batches: list[PaymentBatch]) -> str:
    """What their file is called, in ASCII."""
    return batches[0].number if len(batches) == 1 else f"{batches[0].number}-{len(batches)}"


def _cells(batch: PaymentBatch, line: ListedLine) -> list[object]:
    """The batch is in every row: it is what tells the answer to this attempt from the answer to another one."""
    payee = line.payee
    return [
        batch.number, line.order.number, payee.account_holder, payee.bank_name, payee.account_number,
        line.order.amount_cents / 100,
    ]  # fmt: skip


def _facts(actor: Actor, batches: list[PaymentBatch]) -> list[tuple[str, str]]:
    facts = [(_("Zone"), current_zone().name), (_("Taken out by"), f"{actor.name} · {moment(now())}")]
    for batch in batches:
        facts += [
            (_("Payment batch"), batch.number),
            (_("Made by"), f"{batch.made_by_name} · {moment(batch.made_at)}"),
            (_("Released by"), f"{batch.checked_by_name} · {moment(batch.checked_at)}"),
            (_("Number of payments"), str(batch.count)),
            (_("SHA-256 of the lines"), batch.digest or ""),
        ]
    return facts
