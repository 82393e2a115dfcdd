"""Running clocks follow the calendar: when a year's notice comes or is corrected, the days that move are told."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.casework import clock_runs
from app.casework.clock_runs import Moved
from app.casework.deadlines import MOST_AT_ONCE
from app.casework.kinds import all_kinds, find_kind
from app.casework.models import Case, CaseClock
from app.casework.queries import lock_case
from app.casework.trail import add_event, record
from app.core.i18n import day
from app.core.modules import Text
from app.notifications.operations import notify
from tenants.context import Actor
from tenants.database import db

MOVED = "move_day"
EVENT_TITLES: dict[str, Text] = {MOVED: _("A promised day moved with the holiday calendar")}


def recount_clocks(actor: Actor) -> int:
    """Count the zone's clocks anew where the calendar in force has another end for them; returns of how many cases.

    Done again it changes nothing. The member reads of each day that moved, and is told.
    """
    statement = select(CaseClock, Case.kind).join(Case, Case.id == CaseClock.case_id)
    statement = statement.where(CaseClock.stopped_at.is_(None), Case.kind.in_([kind.key for kind in all_kinds()]))
    found = db.session.execute(statement.order_by(CaseClock.due_at, CaseClock.id)).all()
    changed = dict.fromkeys(row.case_id for row, kind in found if clock_runs.is_counted_otherwise(row, find_kind(kind)))
    cases = list(changed)[:MOST_AT_ONCE]
    for case_id in cases:
        case = lock_case(case_id)
        for moved in clock_runs.count_anew(case, find_kind(case.kind)):
            _tell(actor, case, moved)
    return len(cases)


def _tell(actor: Actor, case: Case, moved: Moved) -> None:
    title = find_kind(case.kind).declared(moved.clock.clock).title
    before, after = day(moved.before), day(moved.clock.due_at)
    add_event(actor, case, MOVED, f"{title}: {before} → {after}", is_shown=True)
    record(case, MOVED)
    notify(
        f"{case.module}.{MOVED}",
        case.member_id,
        {"number": case.number, "before": before, "day": after},
        dedupe_key=f"{case.module}.{MOVED}:{moved.clock.id}:{before}:{after}",
        href=f"/{case.module}/{case.id}",
    )
