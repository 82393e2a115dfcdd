"""The bank's answer as a sheet: read with the line and heading of whatever is wrong, then noted as a whole or not at all."""

import io
import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime
from uuid import UUID

from flask_babel import gettext as _
from marshmallow import ValidationError

from app.casework.forms import yuan
from app.casework.inputs import YUAN
from app.casework.payments.batches import record
from app.casework.payments.errors import OtherReference, ReferenceTaken, ReturnFault, ReturnRefused
from app.casework.payments.models import PaymentBatch
from app.casework.payments.outcomes import (
    Outcome,
    held_batches,
    require_one_transfer,
    says_the_same,
    settle,
)
from app.casework.payments.queries import ListedLine, find_released
from app.casework.payments.states import LineOutcome
from app.core.clock import today_in_china
from app.core.halfwidth import fold
from app.core.sheets import Cell, SheetError, SheetLimits, read_sheet, shown
from tenants.context import Actor

LIMITS = SheetLimits(max_rows=2_000, max_bytes=5 * 1024 * 1024)
HEADINGS: dict[str, tuple[str, ...]] = {
    "batch": ("拨付批次", "批次号", "付款批次", "payment batch"),
    "number": ("拨付单号", "付款编号", "附言", "payment number"),
    "amount": ("金额", "交易金额", "amount"),
    "account": ("账号或卡号", "账号", "收款账号", "账号尾号", "number of the account or card", "account number"),
    "result": ("结果", "处理结果", "交易结果", "交易状态", "result"),
    "reason": ("原因", "失败原因", "退回原因", "reason"),
    "paid_on": ("拨付日期", "交易日期", "付款日期", "paid on"),
    "reference": ("银行流水号", "流水号", "交易流水号", "bank reference"),
}
NEEDED = ("batch", "number", "amount", "account", "result")
SAYS_PAID = {"成功", "交易成功", "已付", "已拨付", "paid", "success"}
SAYS_PENDING = {"", "处理中", "待处理", "银行处理中", "pending", "processing"}
SAYS_FAILED = {"失败", "交易失败", "退回", "已退回", "退票", "failed", "refused"}
TOTALS = {"合计", "总计", "total"}
_IN_BRACKETS = re.compile(r"\s|（[^）]*）|\([^)]*\)")
_DAY = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})[-/.月]?([0-9]{1,2})(?![0-9])")
_TAIL = 4
_MASKED = re.compile(r"([0-9]*)[^0-9](?:.*[^0-9])?([0-9]{4,})", re.DOTALL)
_LONGEST = {"reason": 200, "reference": 60}


@dataclass(frozen=True, slots=True)
class Noted:
    """What a return brought: payments noted as paid and as refused, those known already, and those still under way."""

    paid: int
    failed: int
    known: int
    pending: int


@dataclass(slots=True)
class ReturnRow:
    """A row of the sheet by our fields."""

    line: int
    cells: dict[str, Cell]
    headings: dict[str, str]

    def text(self, field: str) -> str:
        return fold(shown(self.cells.get(field, "")))

    def fault(self, field: str, words: str) -> ReturnFault:
        return ReturnFault(self.line, self.headings.get(field, ""), words)


def apply_return(actor: Actor, module: str, data: bytes, filename: str, batch_id: UUID | None = None) -> Noted:
    """Note what the bank answers on released batches, or on one of them. What the sheet leaves out, or has no result for, goes
    on waiting.

    The same sheet again changes nothing. Raises `NotFound`, `NotReleased`, `NotTheirs`, and `ReturnRefused` with every row
    that is of another batch or no payment of its batch, is there twice, has another amount or account, a day before the
    release, or says something else than was noted.
    """
    rows = list(_read(data, filename))
    named = [batch_id] if batch_id else find_released(module, (row.text("batch").upper() for row in rows))
    batches = {batch.number: Answered(batch, lines) for batch, lines in held_batches(module, named)}
    faults: list[ReturnFault] = []
    referred: dict[str, str] = {}
    for row in rows:
        try:
            batch = _batch(batches, row, is_only=batch_id is not None)
            line, outcome = batch.answer(row)
            _check_transfer(row, line, outcome, referred)
            batch.answers.append((line, outcome))
        except RowFault as fault:
            faults += fault.faults
    if faults:
        raise ReturnRefused(faults)
    noted = [batch.settle(actor) for batch in batches.values()]
    return Noted(*(sum(counts) for counts in zip(*map(astuple, noted), strict=True))) if noted else Noted(0, 0, 0, 0)


class RowFault(Exception):
    """What is wrong with one row."""

    def __init__(self, *faults: ReturnFault) -> None:
        super().__init__()
        self.faults = faults


class Answered:
    """A batch and what a sheet says of its lines."""

    def __init__(self, batch: PaymentBatch, lines: list[ListedLine]) -> None:
        self.batch = batch
        self.answers: list[tuple[ListedLine, Outcome | None]] = []
        self._lines = {line.order.number: line for line in lines}
        self._seen: set[str] = set()

    def answer(self, row: ReturnRow) -> tuple[ListedLine, Outcome | None]:
        """The line that a row is about and what it says, nothing where the bank has not answered. Raises `RowFault`."""
        number = row.text("number").upper()
        is_double = number in self._seen
        self._seen.add(number)
        return _answer(self.batch, row, self._lines.get(number), is_double=is_double)

    def settle(self, actor: Actor) -> Noted:
        """Note what is new. Raises `NotTheirs`."""
        fresh = [(line, outcome) for line, outcome in self.answers if outcome and line.row.outcome is None]
        settle(actor, self.batch, fresh)
        paid = sum(outcome.kind == LineOutcome.PAID for _line, outcome in fresh)
        pending = sum(line.row.outcome is None for line, _outcome in self.answers)
        noted = Noted(paid, len(fresh) - paid, len(self.answers) - len(fresh) - pending, pending)
        if fresh:
            record(self.batch, "note_return", paid=noted.paid, failed=noted.failed)
        return noted


def _batch(batches: dict[str, Answered], row: ReturnRow, *, is_only: bool) -> Answered:
    """The batch that a row is about: a payment has the same number in every batch it was put into. Raises `RowFault`."""
    text = row.text("batch")
    found = batches.get(text.upper())
    if found is None and is_only:
        (number,) = batches
        raise RowFault(row.fault("batch", _("“%(text)s” instead of the batch %(number)s", text=text, number=number)))
    if found is None:
        raise RowFault(row.fault("batch", _("no released batch has the number “%(text)s”", text=text)))
    return found


def _answer(
    batch: PaymentBatch, row: ReturnRow, line: ListedLine | None, *, is_double: bool
) -> tuple[ListedLine, Outcome | None]:
    if line is None:
        raise RowFault(
            row.fault("number", _("no payment of this batch has the number “%(text)s”", text=row.text("number")))
        )
    if is_double:
        raise RowFault(row.fault("number", _("this payment is there twice")))
    if mismatches := list(_mismatches(row, line)):
        raise RowFault(*mismatches)
    outcome = _outcome(batch, row)
    if outcome and line.row.outcome is not None and not says_the_same(line, outcome):
        raise RowFault(row.fault("result", _contradiction(line, outcome)))
    return line, outcome


def _contradiction(line: ListedLine, outcome: Outcome) -> str:
    if (line.row.outcome, outcome.kind) == (LineOutcome.PAID, LineOutcome.FAILED):
        return _("noted as paid before; if the money came back since, note that on the page of the payment")
    return _("something else was noted before")


def _check_transfer(row: ReturnRow, line: ListedLine, outcome: Outcome | None, referred: dict[str, str]) -> None:
    """One transfer pays one payment, and the other way round; `referred` are the payments of the sheet by reference.

    Raises `RowFault`.
    """
    if outcome is None or not outcome.reference:
        return
    number = line.order.number
    if (taken := referred.setdefault(outcome.reference, number)) != number:
        raise RowFault(row.fault("reference", str(ReferenceTaken(outcome.reference, taken).message)))
    try:
        require_one_transfer(line, outcome)
    except (OtherReference, ReferenceTaken) as refusal:
        raise RowFault(row.fault("reference", str(refusal.message))) from refusal


def _mismatches(row: ReturnRow, line: ListedLine) -> Iterator[ReturnFault]:
    """The amount and what is to be seen of the account have to be what was sent."""
    try:
        cents = YUAN.read(row.text("amount"))
    except ValidationError:
        cents = None
    if cents != line.order.amount_cents:
        yield row.fault("amount", _("“%(text)s” instead of %(amount)s", text=row.text("amount"),
                                    amount=yuan(line.order.amount_cents)))  # fmt: skip
    if not _is_account(re.sub(r"[\s-]", "", row.text("account")), line.payee.account_number):
        yield row.fault("account", _("not the account ending in %(tail)s", tail=line.payee.tail))


def _is_account(told: str, number: str) -> bool:
    """Whether a bank's way to write an account is of this one: whole, its last digits, or the middle masked."""
    if told.isdecimal():
        return len(told) >= _TAIL and number.endswith(told)
    ends = _MASKED.fullmatch(told)
    return ends is not None and number.startswith(ends[1]) and number.endswith(ends[2])


def _outcome(batch: PaymentBatch, row: ReturnRow) -> Outcome | None:
    result = row.text("result").lower()
    if result in SAYS_PENDING:
        return None
    day = _answered_on(batch, row)
    if result in SAYS_PAID:
        return Outcome(LineOutcome.PAID, paid_on=day, reference=_words(row, "reference"))
    if result not in SAYS_FAILED:
        raise RowFault(row.fault("result", _("“%(text)s” is neither “paid” nor “failed”", text=row.text("result"))))
    reason = _words(row, "reason")
    if not reason:
        raise RowFault(row.fault("reason", _("the reason is missing")))
    return Outcome(LineOutcome.FAILED, reason=reason)


def _words(row: ReturnRow, field: str) -> str:
    text = row.text(field)
    if len(text) > _LONGEST[field]:
        raise RowFault(row.fault(field, _("longer than %(most)s characters", most=_LONGEST[field])))
    return text


def _answered_on(batch: PaymentBatch, row: ReturnRow) -> date | None:
    """The day a row says, between the release of the batch and today."""
    cell = row.cells.get("paid_on", "")
    if not shown(cell).strip():
        return None
    day = _day(cell)
    if day is None or not batch.released_on <= day <= today_in_china():
        raise RowFault(row.fault("paid_on", _("“%(text)s” is no day since the release", text=shown(cell))))
    return day


def _day(cell: Cell) -> date | None:
    if isinstance(cell, date):
        return cell.date() if isinstance(cell, datetime) else cell
    match = _DAY.match(shown(cell))
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _read(data: bytes, filename: str) -> Iterator[ReturnRow]:
    """The rows but for totals; raises `ReturnRefused` for what is no sheet, or lacks a column."""
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        places = _places(sheet.headers)
        headings = {field: sheet.headers[place] for field, place in places.items()}
        for line, cells in sheet.rows:
            row = ReturnRow(line, {field: cells[place] for field, place in places.items()}, headings)
            if row.text("number").lower() not in TOTALS:
                yield row
    except SheetError as fault:
        raise ReturnRefused([ReturnFault(0, "", _(fault.message) % fault.params)]) from fault


def _places(headers: tuple[str, ...]) -> dict[str, int]:
    plain = [_IN_BRACKETS.sub("", header).lower() for header in headers]
    known = {_IN_BRACKETS.sub("", name).lower(): field for field, names in HEADINGS.items() for name in names}
    places: dict[str, int] = {}
    for place, header in enumerate(plain):
        if header in known:
            places.setdefault(known[header], place)
    missing = [HEADINGS[field][0] for field in NEEDED if field not in places]
    if missing:
        words = _("The sheet lacks the columns %(names)s.", names="、".join(missing))
        raise ReturnRefused([ReturnFault(1, "", words)])
    return places
