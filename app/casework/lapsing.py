"""States that end by themselves: where nothing happens for the state's days, the step of time is taken."""

from datetime import timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from app.casework.deadlines import MOST_AT_ONCE
from app.casework.kinds import CaseKind, all_kinds, modules_in_use
from app.casework.models import Case
from app.casework.retention.drafts import NOTICE
from app.casework.states import State
from app.casework.steps import take_step
from app.core.clock import now
from app.core.i18n import day
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db


def lapse(actor: Actor) -> int:
    """Lead on every case whose days are over, and warn of those that will be in two weeks; returns how many were led on."""
    in_use = modules_in_use()
    return sum(
        _lapse(actor, kind, state)
        for kind in all_kinds()
        for state in kind.table.states
        if state.days and kind.module in in_use
    )


def _lapse(actor: Actor, kind: CaseKind, state: State) -> int:
    step = kind.table.step_of_time(state.key)
    untouched = Case.updated_at < now() - timedelta(days=state.days)
    if state.warns:
        is_warned = and_(Case.draft_ends_at.is_not(None), Case.updated_at < Case.draft_ends_at - NOTICE)
        untouched = and_(untouched, is_warned, Case.draft_ends_at <= now())
        is_near = Case.updated_at < now() - timedelta(days=state.days) + NOTICE
        for case in _find(kind, state, is_near, or_(Case.draft_ends_at.is_(None), ~is_warned)):
            _warn(case, state)
    cases = [case.id for case in _find(kind, state, untouched)]
    for case_id in cases:
        take_step(actor, case_id, step.action)
    return len(cases)


def _find(kind: CaseKind, state: State, *conditions: ColumnElement[bool]) -> list[Case]:
    statement = (
        select(Case)
        .where(Case.module == kind.module, Case.phase == state.phase, Case.kind == kind.key, Case.state == state.key)
        .where(*conditions)
        .order_by(Case.updated_at, Case.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    return list(db.session.execute(statement).scalars())


def _warn(case: Case, state: State) -> None:
    """Tell the member by when the case ends; however late that is found, they have two weeks from then."""
    case.draft_ends_at = now() + NOTICE
    ends = day(case.draft_ends_at)
    notify(
        state.warns,
        case.member_id,
        {"number": case.number, "day": ends},
        dedupe_key=f"{state.warns}:{case.id}:{ends}",
        href=f"/{case.module}/{case.id}",
    )
