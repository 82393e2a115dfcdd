"""The desk's list as a workbook: masked like on the page, and nothing of what people told."""

from typing import IO

from flask_babel import gettext as _

from app.core import audit
from app.core.errors import NotFound
from app.core.sheets import write_sheet
from app.modules.help.kinds import KINDS
from app.modules.help.queue import Filters, QueueRow, each_in_queue
from app.modules.help.states import STAFF_TITLES
from tenants.context import Actor


def write_queue(actor: Actor, filters: Filters, target: IO[bytes]) -> int:
    """Write the filtered list and return its number of rows; that it was taken out is recorded."""
    if not actor.may("help.approve"):
        raise NotFound
    headers = [
        _("Application number"), _("Kind"), _("State"), _("Applicant"), _("Phone"), _("Union"), _("Requested (yuan)"),
        _("Granted (yuan)"), _("Submitted"), _("Answer promised by"), _("Handler"),
    ]  # fmt: skip
    rows = (_cells(row) for row in each_in_queue(actor, filters))
    count = write_sheet(target, headers, rows, title=str(_("Applications for help"))[:31])
    audit.record("help.export", object_type="help_application", rows=count, state=filters.state, kind=filters.kind)
    return count


def _cells(row: QueueRow) -> list[object]:
    return [
        row.number, str(KINDS[row.kind].title), str(STAFF_TITLES[row.state]), row.name, row.phone, row.union,
        row.amount_requested_cents / 100, None if row.amount_granted_cents is None else row.amount_granted_cents / 100,
        row.submitted_at, row.promised_by, row.handler_name,
    ]  # fmt: skip
