"""Writes an approved issue of beans to the ledger, in chunks of members, and into the register of what members were given."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from app.benefits import rules
from app.benefits.beans.errors import NotEnoughBeans
from app.benefits.beans.issue_states import FINISH, IssueState
from app.benefits.beans.issuing import budget_account, held_issue, remember
from app.benefits.beans.kinds import AccountKind, TransactionKind
from app.benefits.beans.models import (
    BeanAccount,
    BeanEntry,
    BeanIssue,
    BeanIssueLine,
    BeanIssueRefusal,
    BeanLot,
    BeanTransaction,
)
from app.benefits.beans.telling import tell_recipients
from app.benefits.beans.worth import giving_of, lines_worth
from app.core.clock import now
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import RUNNING_ZONE

AT_ONCE = 5_000
"""Members in one transaction of the ledger."""
Lines = Sequence[Row[UUID, int, UUID]]


def write_chunk(issue_id: UUID) -> int:
    """Write the next `AT_ONCE` members of an approved issue to the ledger, all or none; the number of them, 0 when it is done.

    Whoever has reached the cap of a spending rule meanwhile gets nothing, and is told among the issue's refusals. On the worker
    plane. Raises `NotEnoughBeans` where the budget was spent on others meanwhile.
    """
    issue = held_issue(issue_id)
    if issue.state != IssueState.APPROVED:
        return 0
    lot = _lot(issue)
    lines = _next_lines(issue)
    if lines:
        given = _within_caps(issue, lines)
        if given:
            _write(issue, lot, given)
        return len(lines)
    issue.state, issue.issued_at = FINISH.target, now()
    db.session.flush()
    tell_recipients(issue)
    remember(f"beans.{FINISH.action}", issue)
    return 0


def _lot(issue: BeanIssue) -> BeanLot:
    found = db.session.get(BeanLot, (current_zone().id, issue.id))
    if found is None:
        found = BeanLot(id=issue.id, budget_id=issue.budget_id, title=issue.title, expires_on=issue.expires_on,
                        grace_days=issue.grace_days)  # fmt: skip
        db.session.add(found)
        db.session.flush()
    return found


def _next_lines(issue: BeanIssue) -> Lines:
    """The next lines that were neither written nor refused, by id: accounts are opened in the same order, each with its line's id."""
    lines = select(BeanIssueLine.id, BeanIssueLine.amount, BeanIssueLine.member_id).where(
        BeanIssueLine.issue_id == issue.id
    )
    done = _last_done(issue)
    if done is not None:
        lines = lines.where(BeanIssueLine.id > done)
    return db.session.execute(lines.order_by(BeanIssueLine.id).limit(AT_ONCE)).all()


def _last_done(issue: BeanIssue) -> UUID | None:
    written = select(BeanAccount.id).where(BeanAccount.lot_id == issue.id, BeanAccount.kind == AccountKind.MEMBER)
    refused = select(BeanIssueRefusal.id).where(BeanIssueRefusal.issue_id == issue.id)
    last = (
        db.session.scalar(written.order_by(BeanAccount.id.desc()).limit(1)),
        db.session.scalar(refused.order_by(BeanIssueRefusal.id.desc()).limit(1)),
    )
    return max(filter(None, last), default=None)


def _within_caps(issue: BeanIssue, lines: Lines) -> Lines:
    """Register what the lines give, and note those that a rule refuses; the others."""
    chunk = lines_worth(issue, BeanIssueLine.id.between(lines[0].id, lines[-1].id))
    refused = {each.member_id: each for each in rules.register(giving_of(issue), chunk)}
    if not refused:
        return lines
    zone_id = current_zone().id
    rows = [
        {"zone_id": zone_id, "id": line.id, "issue_id": issue.id, "member_id": line.member_id,
         "rule_id": refused[line.member_id].rule_id, "over_cents": refused[line.member_id].over_cents}
        for line in lines if line.member_id in refused
    ]  # fmt: skip
    db.session.execute(insert(BeanIssueRefusal), rows)
    return [line for line in lines if line.member_id not in refused]


def _write(issue: BeanIssue, lot: BeanLot, lines: Lines) -> None:
    """Open an account for each line and book it, both by the line's id, against the budget."""
    first, last, total = lines[0].id, lines[-1].id, sum(line.amount for line in lines)
    source, balance = budget_account(issue.budget_id)
    if source is None or balance < total:
        raise NotEnoughBeans
    zone_id, transaction_id = current_zone().id, uuid7()
    chosen = (
        BeanIssueLine.zone_id == zone_id,
        BeanIssueLine.issue_id == issue.id,
        BeanIssueLine.id.between(first, last),
        ~select(BeanIssueRefusal.id)
        .where(BeanIssueRefusal.zone_id == zone_id, BeanIssueRefusal.id == BeanIssueLine.id)
        .exists(),
    )
    key = f"issue:{issue.id}:{first}"
    made = insert(BeanTransaction).values(
        zone_id=zone_id, id=transaction_id, kind=TransactionKind.ISSUE, key=key, digest=hashlib.sha256(f"{key}:{last}".encode()).digest(),
        made_by=issue.checked_by, made_by_name=issue.checked_by_name,
    )  # fmt: skip
    accounts = select(
        RUNNING_ZONE, BeanIssueLine.id, literal(AccountKind.MEMBER.value), literal(lot.budget_id), literal(lot.id),
        BeanIssueLine.member_id,
    ).where(*chosen)  # fmt: skip
    entries = union_all(
        select(RUNNING_ZONE, literal(uuid7()), literal(transaction_id), literal(source), literal(-total)),
        select(RUNNING_ZONE, BeanIssueLine.id, literal(transaction_id), BeanIssueLine.id, BeanIssueLine.amount).where(
            *chosen
        ),
    )
    db.session.execute(made)
    db.session.execute(
        insert(BeanAccount).from_select(
            ["zone_id", "id", "kind", "budget_id", "lot_id", "member_id"], accounts, include_defaults=False
        )
    )
    db.session.execute(
        insert(BeanEntry).from_select(
            ["zone_id", "id", "transaction_id", "account_id", "amount"], entries, include_defaults=False
        )
    )
