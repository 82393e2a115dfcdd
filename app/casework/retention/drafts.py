"""Drafts nobody goes on with are deleted, and their member is told two weeks before."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from app.casework.kinds import find_kind, modules_in_use
from app.casework.models import Case
from app.casework.retention.erasing import MOST_AT_ONCE
from app.casework.retention.removing import remove
from app.casework.states import Phase
from app.casework.trail import record
from app.core.clock import now
from app.core.i18n import day
from app.notifications.operations import notify
from tenants.database import db

UNTOUCHED = timedelta(days=180)
NOTICE = timedelta(days=14)


def end_drafts() -> tuple[int, int]:
    """Delete what was untouched since its notice, and give notice of what will be; returns how many of each."""
    untouched = Case.updated_at < Case.draft_ends_at - NOTICE
    over = _drafts(Case.draft_ends_at <= now(), untouched)
    for case in over:
        record(case, "end_draft")
        remove(case)
    is_told = and_(Case.draft_ends_at.is_not(None), untouched)
    old = _drafts(Case.updated_at < now() - UNTOUCHED + NOTICE, or_(Case.draft_ends_at.is_(None), ~is_told))
    for case in old:
        _tell(case)
    return len(over), len(old)


def _drafts(*conditions: ColumnElement[bool]) -> list[Case]:
    statement = (
        select(Case)
        .where(Case.phase == Phase.DRAFT, Case.module.in_(modules_in_use()), *conditions)
        .order_by(Case.updated_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.execute(statement).scalars())


def _tell(case: Case) -> None:
    case.draft_ends_at = now() + NOTICE
    ends = day(case.draft_ends_at)
    notify(
        f"{case.module}.draft_ends",
        case.member_id,
        {"day": ends},
        dedupe_key=f"{case.module}.draft_ends:{case.id}:{ends}",
        href=f"/{case.module}/apply/{find_kind(case.kind).name}",
    )
