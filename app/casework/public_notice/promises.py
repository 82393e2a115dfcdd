"""By when an objection is answered, and what is noted when that is near, has passed, and has long passed."""

from datetime import datetime, time, timedelta
from itertools import count

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Clock, Unit, escalate_at, remind_at, start
from app.casework.kinds import modules_in_use
from app.casework.models import Case
from app.casework.public_notice.models import Finding, Listing, Notice, Objection
from app.casework.trail import add_event
from app.core.clock import CHINA, now, today_in_china
from app.core.i18n import day
from app.core.modules import Text
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db

ANSWERED = Clock("objection", _("Answer to an objection"), 5, Unit.WORKING_DAYS, remind_before=2, escalate_after=2)
"""The promise to whoever objects; counted from when they did, by the calendar in force."""
NEAR, LATE, HIGHER = "objection_near", "objection_late", "objection_higher"
EVENT_TITLES: dict[str, Text] = {
    NEAR: _("Reminder: an objection to the grant should be answered soon"),
    LATE: _("Reminder: an objection to the grant should have been answered"),
    HIGHER: _("Taken to the zone’s administrators: an objection to the grant has waited long past its day"),
}
MOST_AT_ONCE = 500


def due_at(made_at: datetime) -> datetime:
    """By when an objection made then is to be answered."""
    return start(ANSWERED, made_at, work_calendar()).due_at


def count_open(module: str) -> tuple[int, int]:
    """How many objections wait for an answer, and how many of them longer than was promised."""
    late = func.count(Objection.id).filter(Objection.made_at < _promised_by_now())
    statement = select(func.count(Objection.id), late).join(Notice, Notice.id == Objection.notice_id)
    row = db.session.execute(statement.where(Notice.module == module, Objection.finding == Finding.OPEN)).one()
    return row[0], row[1]


def _promised_by_now() -> datetime:
    """The first moment of the first day to whose objections an answer is not yet past its promise."""
    today = datetime.combine(today_in_china(), time(), CHINA)
    days = (today - timedelta(days=ago) for ago in count())
    return next(day for day in days if due_at(day - timedelta(days=1)) < now())


def watch(actor: Actor) -> int:
    """Note of every objection that waits, once each: that its day is near, has passed, has long passed; on the worker plane.

    Whoever objects is told when it has passed. Returns how many notes were written.
    """
    waiting = (
        select(Objection, Case)
        .join(Listing, Listing.id == Objection.listing_id)
        .join(Case, Case.id == Listing.case_id)
        .where(Objection.finding == Finding.OPEN, Objection.escalated_at.is_(None), Case.module.in_(modules_in_use()))
        .order_by(Objection.made_at, Objection.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=Objection, skip_locked=True)
    )
    return sum(_note(actor, objection, case) for objection, case in db.session.execute(waiting).all())


def _note(actor: Actor, objection: Objection, case: Case) -> int:
    at, calendar = now(), work_calendar()
    run = start(ANSWERED, objection.made_at, calendar)
    remind, escalate = remind_at(ANSWERED, run, calendar), escalate_at(ANSWERED, run, calendar)
    due = [(NEAR, "reminded_at", remind is not None and remind <= at <= run.due_at), (LATE, "found_late_at", run.due_at < at),
           (HIGHER, "escalated_at", escalate is not None and escalate <= at)]  # fmt: skip
    noted = [(deed, column) for deed, column, is_due in due if is_due and getattr(objection, column) is None]
    for deed, column in noted:
        setattr(objection, column, at)
        add_event(actor, case, deed, is_shown=False)
        if deed == LATE:
            _tell(objection, case, run.due_at)
    return len(noted)


def _tell(objection: Objection, case: Case, due: datetime) -> None:
    kind = f"{case.module}.objection_late"
    notify(kind, objection.member_id, {"zone": current_zone().name, "day": day(due)}, dedupe_key=f"{kind}:{objection.id}",
           href=f"/{case.module}/notices/")  # fmt: skip
