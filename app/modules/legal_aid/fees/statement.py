"""The monthly statement of fees by lawyer, on the page and as a workbook, and the sums that leaders see."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from app.casework.forms import yuan
from app.casework.overview.small_cells import is_small
from app.core import audit
from app.core.clock import today_in_china
from app.core.sheets import write_sheet
from app.modules.legal_aid.fees.claim_list import ListedClaim, listed
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import list_bounces, list_claimed_in
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.lawyers.models import Lawyer
from app.modules.legal_aid.lawyers.queries import list_lawyers
from tenants.context import Actor
from tenants.database import db

APPROVED = (ClaimState.APPROVED, ClaimState.PAID)
TOO_FEW = "—"


@dataclass(slots=True)
class Sums:
    """What a month's claims come to, in cents; `open_cents` is what is neither paid nor refused, `bounced_cents` what was paid
    and came back, which is open again or was paid anew."""

    claimed_cents: int = 0
    approved_cents: int = 0
    paid_cents: int = 0
    open_cents: int = 0
    bounced_cents: int = 0

    def add(self, state: str, cents: int, bounces: int) -> None:
        self.claimed_cents += cents
        self.approved_cents += cents if state in APPROVED else 0
        self.paid_cents += cents if state == ClaimState.PAID else 0
        self.open_cents += cents if state not in (ClaimState.PAID, ClaimState.REFUSED) else 0
        self.bounced_cents += cents * bounces


@dataclass(slots=True)
class LawyerMonth:
    """A lawyer's month: the claims and their sums."""

    lawyer: Lawyer
    claims: list[ListedClaim] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)

    @property
    def numbers(self) -> list[str]:
        """The cases by number, each once."""
        return list(dict.fromkeys(each.case.number or "" for each in self.claims))


@dataclass(frozen=True, slots=True)
class Statement:
    """A month's statement, by the names of the lawyers."""

    month: date
    lines: tuple[LawyerMonth, ...]
    total: Sums


def statement_of(actor: Actor, month: date) -> Statement:
    """The statement over what was first claimed in a month, given by its first day, as an actor may open it."""
    return _added_up(month, listed(actor, list_claimed_in(month)), {each.id: each for each in list_lawyers()})


def write_statement(actor: Actor, month: date, target: IO[bytes], *, title: str) -> int:
    """Write the statement as a workbook and return its number of lawyers; that it was taken out is recorded."""
    money = [_("Claimed (yuan)"), _("Approved (yuan)"), _("Paid (yuan)"), _("Still open (yuan)"), _("Came back (yuan)")]
    headers = [_("Lawyer"), _("Licence number"), _("Firm"), _("Case numbers"), *money]
    found = statement_of(actor, month)
    rows = [
        *([line.lawyer.name, line.lawyer.licence, line.lawyer.firm, _(", ").join(line.numbers), *_yuan(line.sums)]
          for line in found.lines),
        [_("Total"), "", "", "", *_yuan(found.total)],
    ]  # fmt: skip
    count = write_sheet(target, headers, rows, title=title[:31], money_columns=money, widths={_("Case numbers"): 40.0})
    audit.record("legal_aid.export_fees", object_type="case", month=f"{month:%Y-%m}", rows=len(found.lines))
    return count


def told_paid_this_year() -> str:
    """What was paid in fees this year; a dash for one or two claims, which would be somebody's fee."""
    return _told(FeeClaim.state == ClaimState.PAID, FeeClaim.paid_on >= today_in_china().replace(month=1, day=1))


def told_open() -> str:
    """What is claimed and neither paid nor refused, told as `told_paid_this_year` does."""
    return _told(FeeClaim.state.in_((ClaimState.CLAIMED, ClaimState.RETURNED, ClaimState.APPROVED)))


def _told(*conditions: ColumnElement[bool]) -> str:
    count, cents = db.session.execute(
        select(func.count(), func.coalesce(func.sum(FeeClaim.amount_cents), 0)).where(*conditions)
    ).one()
    return TOO_FEW if is_small(count) else yuan(int(cents or 0))


def _added_up(month: date, claims: Collection[ListedClaim], lawyers: dict[UUID, Lawyer]) -> Statement:
    bounces = Counter(each.claim_id for each in list_bounces([line.claim.id for line in claims]) if not each.undone_at)
    months: dict[UUID, LawyerMonth] = {}
    total = Sums()
    for line in claims:
        own = months.setdefault(line.claim.lawyer_id, LawyerMonth(lawyers[line.claim.lawyer_id]))
        own.claims.append(line)
        for sums in (own.sums, total):
            sums.add(line.claim.state, line.claim.amount_cents or 0, bounces[line.claim.id])
    return Statement(month, tuple(sorted(months.values(), key=lambda one: one.lawyer.name)), total)


def _yuan(sums: Sums) -> list[float]:
    of_all = (sums.claimed_cents, sums.approved_cents, sums.paid_cents, sums.open_cents, sums.bounced_cents)
    return [cents / 100 for cents in of_all]
