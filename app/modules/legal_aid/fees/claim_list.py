"""The list of all claims that were handed in, by filters and pages; and what of a list its reader may open."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.casework.access.conflicts import conflicts_of
from app.casework.access.rule import is_own
from app.casework.models import Case
from app.core.forms import parse_uuid
from app.core.months import bounds
from app.modules.legal_aid.fees.models import FeeClaim
from app.modules.legal_aid.fees.queries import ClaimLine
from app.modules.legal_aid.fees.states import ClaimState
from app.modules.legal_aid.rights import REVIEW
from tenants.context import Actor
from tenants.database import db

PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; nothing for all. `month` is the first day of the one in which a claim was first handed in,
    `after` the last claim of the page before."""

    state: ClaimState | None = None
    lawyer_id: UUID | None = None
    month: date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class ListedClaim:
    """A claim with its case, and whether its reader may open the one and the other."""

    claim: FeeClaim
    case: Case
    may_open: bool
    may_open_case: bool


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A page of the list, the newest claim first; `next_after` opens the next one, empty on the last."""

    lines: list[ListedClaim]
    next_after: str


def list_claims(actor: Actor, filters: Filters, size: int = PAGE) -> ClaimPage:
    """One page of the list."""
    statement = select(FeeClaim, Case).join(Case, Case.id == FeeClaim.case_id).where(*_conditions(filters))
    if last := parse_uuid(filters.after):
        statement = statement.where(FeeClaim.id < last)
    rows = db.session.execute(statement.order_by(FeeClaim.id.desc()).limit(size + 1)).all()
    shown = listed(actor, [ClaimLine(row[0], row[1]) for row in rows[:size]])
    return ClaimPage(shown, str(shown[-1].claim.id) if len(rows) > size else "")


def listed(actor: Actor, lines: Collection[ClaimLine]) -> list[ListedClaim]:
    """These claims as an actor who sees fees may open them: none of a case they are kept from, and no case that is with the
    accounts alone."""
    kept_from = conflicts_of(actor.account_id, [line.case.id for line in lines])
    found = []
    for line in lines:
        may_open = not is_own(actor, line.case) and line.case.id not in kept_from
        is_read = actor.may(REVIEW) and line.case.accounts_only_since is None
        found.append(ListedClaim(line.claim, line.case, may_open, may_open and is_read))
    return found


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [FeeClaim.claimed_at.is_not(None)]
    if filters.state is not None:
        conditions.append(FeeClaim.state == filters.state)
    if filters.lawyer_id is not None:
        conditions.append(FeeClaim.lawyer_id == filters.lawyer_id)
    if filters.month is not None:
        start, end = bounds(filters.month)
        conditions += [FeeClaim.claimed_at >= start, FeeClaim.claimed_at < end]
    return conditions
