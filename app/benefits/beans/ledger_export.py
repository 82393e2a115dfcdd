"""The ledger of beans to take away, entry by entry: as a workbook, or as CSV for other programs."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.beans.models import OF_ACCOUNT, BeanAccount, BeanBudget, BeanEntry, BeanTransaction
from app.benefits.beans.words import ACCOUNTS, TRANSACTIONS
from app.core.clock import CHINA
from app.core.sheets import write_sheet
from tenants.database import db

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would take for a formula."""


def write_workbook(target: IO[bytes], kind: str, budget_id: UUID | None) -> int:
    """Write the entries of one kind of transaction or one budget, or all; returns how many."""
    headers = _headers()
    widths = {
        headers[0]: 20.0,
        headers[1]: 24.0,
        headers[2]: 28.0,
        headers[3]: 24.0,
        headers[6]: 40.0,
        headers[7]: 40.0,
    }
    return write_sheet(target, headers, _rows(kind, budget_id), widths=widths, title=_("Ledger of beans"))


def write_csv(target: IO[bytes], kind: str, budget_id: UUID | None) -> int:
    """The same as CSV in UTF-8, marked so that spreadsheets know it; no text in it is a formula."""
    text, number = io.TextIOWrapper(target, encoding="utf-8-sig", newline=""), 0
    writer = csv.writer(text)
    writer.writerow(_headers())
    for number, row in enumerate(_rows(kind, budget_id), start=1):  # noqa: B007 - it is how many there were
        writer.writerow([_plain(cell) for cell in row])
    text.detach()
    return number


def _headers() -> list[str]:
    return [_("When"), _("What"), _("Budget"), _("Kind of account"), _("Beans"), _("Made by"), _("Reason"), _("Number")]


def _rows(kind: str, budget_id: UUID | None) -> Iterator[tuple[object, ...]]:
    query = (
        select(
            BeanTransaction.made_at, BeanTransaction.kind, BeanBudget.title, BeanAccount.kind.label("account"),
            BeanEntry.amount, BeanTransaction.made_by_name, BeanTransaction.reason, BeanTransaction.id,
        )
        .join(BeanTransaction, (BeanTransaction.zone_id == BeanEntry.zone_id) & (BeanTransaction.id == BeanEntry.transaction_id))
        .join(BeanAccount, OF_ACCOUNT)
        .join(BeanBudget, (BeanBudget.zone_id == BeanAccount.zone_id) & (BeanBudget.id == BeanAccount.budget_id))
        .order_by(BeanTransaction.id, BeanEntry.id)
    )  # fmt: skip
    if kind:
        query = query.where(BeanTransaction.kind == kind)
    if budget_id is not None:
        query = query.where(BeanAccount.budget_id == budget_id)
    for row in db.session.execute(query.execution_options(yield_per=2_000)):
        yield (row.made_at, str(TRANSACTIONS[row.kind]), row.title, str(ACCOUNTS[row.account]), row.amount,
               row.made_by_name, row.reason, str(row.id))  # fmt: skip


def _plain(cell: object) -> object:
    if isinstance(cell, datetime):
        return cell.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
