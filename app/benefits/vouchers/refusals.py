"""Whom a spending rule kept from a voucher when a batch was given to many: listed, and as a workbook."""

from collections.abc import Iterable, Iterator
from typing import IO
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert

from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.benefits.vouchers.giving import Given, Outcome
from app.benefits.vouchers.models import VoucherRefusal
from app.core.sheets import write_sheet
from app.members.models import Member, Membership
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

PAGE = 50


def note_refusals(batch_id: UUID, list_id: UUID, given: Iterable[Given]) -> None:
    """Note who of a list got nothing by a rule; a repeat notes nothing new. On the worker plane."""
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "batch_id": batch_id, "list_id": list_id, "member_id": each.member_id,
         "rule_id": each.rule_id}
        for each in given if each.outcome is Outcome.CAPPED
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(VoucherRefusal).values(rows).on_conflict_do_nothing())


def count_refusals(batch_id: UUID) -> int:
    return db.session.scalar(select(func.count()).where(VoucherRefusal.batch_id == batch_id)) or 0


def list_refusals(batch_id: UUID, before: UUID | None, limit: int) -> list[Row]:
    """`id`, `refused_at`, `PolicyRule` or none, `name` and `member_number`, which are none for who has left; the newest first."""
    query = _refusals(batch_id).limit(limit)
    if before:
        query = query.where(VoucherRefusal.id < before)
    return list(db.session.execute(query))


def write_refusals(target: IO[bytes], batch_id: UUID) -> int:
    """Write all of them as a workbook; returns how many."""
    headers = [_("Name"), _("Membership number"), _("Rule"), _("When")]
    widths = {headers[1]: 20.0, headers[2]: 50.0, headers[3]: 20.0}
    return write_sheet(target, headers, _rows(batch_id), widths=widths, text_columns=[headers[1]], title=_("Not given"))


def _rows(batch_id: UUID) -> Iterator[tuple[object, ...]]:
    for row in db.session.execute(_refusals(batch_id).execution_options(yield_per=2_000)):
        yield (
            row.name or _("A former member"),
            row.member_number or "",
            cite(row.PolicyRule) if row.PolicyRule else "",
            row.refused_at,
        )


def _refusals(batch_id: UUID) -> Select:
    return (
        select(VoucherRefusal.id, VoucherRefusal.refused_at, PolicyRule, Member.name, Membership.member_number)
        .outerjoin(PolicyRule, PolicyRule.id == VoucherRefusal.rule_id)
        .outerjoin(Member, Member.id == VoucherRefusal.member_id)
        .outerjoin(Membership, (Membership.member_id == VoucherRefusal.member_id) & (Membership.status == "active"))
        .where(VoucherRefusal.batch_id == batch_id)
        .order_by(VoucherRefusal.id.desc())
    )
