"""The desk's list as a workbook: masked like on the page, and nothing of what people told."""

from typing import IO

from flask_babel import gettext as _

from app.casework.kinds import casework_of, find_kind
from app.casework.queue import Filters, QueueRow, each_in_queue
from app.core import audit
from app.core.errors import NotFound
from app.core.sheets import write_sheet
from tenants.context import Actor


def write_queue(actor: Actor, module: str, filters: Filters, target: IO[bytes], *, title: str) -> int:
    """Write the filtered list and return its number of rows; that it was taken out is recorded."""
    if not actor.may(casework_of(module).decide):
        raise NotFound
    headers = [
        _("Case number"), _("Kind"), _("State"), _("Applicant"), _("Phone"), _("Union"), _("Requested (yuan)"),
        _("Granted (yuan)"), _("Submitted"), _("Due by"), _("Handler"),
    ]  # fmt: skip
    rows = (_cells(row) for row in each_in_queue(actor, module, filters))
    count = write_sheet(target, headers, rows, title=title[:31])
    audit.record(f"{module}.export", object_type="case", rows=count, state=filters.state, kind=filters.kind)
    return count


def _cells(row: QueueRow) -> list[object]:
    return [
        row.number, str(find_kind(row.kind).title), str(row.state.title), row.name, row.phone, row.union,
        _yuan(row.amount_requested_cents), _yuan(row.amount_granted_cents),
        row.submitted_at, row.due_at, row.handler_name,
    ]  # fmt: skip


def _yuan(cents: int | None) -> float | None:
    return None if cents is None else cents / 100
