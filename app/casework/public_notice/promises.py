"""By when an objection is answered, and what is noted when that is near, has passed, and has long passed."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.casework.calendar.in_force import work_calendar
from app.casework.clocks import Clock, Unit, escalate_at, remind_at, start
from app.casework.kinds import modules_in_use
from app.casework.models import Case
from app.casework.public_notice.models import Finding, Listing, Notice, Objection
from app.casework.trail import add_event
from app.core.clock import now
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
    statement = select(Objection.made_at).join(Notice, Notice.id == Objection.notice_id)
    waiting = db.session.scalars(statement.where(Notice.module == module, Objection.finding == Finding.OPEN)).all()
    return len(waiting), sum(due_at(made_at) < now() for made_at in waiting)


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
