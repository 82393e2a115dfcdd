"""States that end by themselves: where nothing happens for the state's days, the step of time is taken."""

from datetime import timedelta

from sqlalchemy import select

from app.casework.deadlines import MOST_AT_ONCE
from app.casework.kinds import CaseKind, all_kinds, modules_in_use
from app.casework.models import Case
from app.casework.states import State
from app.casework.steps import take_step
from app.core.clock import now
from tenants.context import Actor
from tenants.database import db


def lapse(actor: Actor) -> int:
    """Lead on every case whose days are over; returns how many."""
    in_use = modules_in_use()
    return sum(
        _lapse(actor, kind, state)
        for kind in all_kinds()
        for state in kind.table.states
        if state.days and kind.module in in_use
    )


def _lapse(actor: Actor, kind: CaseKind, state: State) -> int:
    step = kind.table.step_of_time(state.key)
    found = db.session.execute(
        select(Case.id)
        .where(Case.module == kind.module, Case.phase == state.phase, Case.kind == kind.key, Case.state == state.key)
        .where(Case.updated_at < now() - timedelta(days=state.days))
        .order_by(Case.updated_at, Case.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).scalars()
    cases = list(found)
    for case_id in cases:
        take_step(actor, case_id, step.action)
    return len(cases)
