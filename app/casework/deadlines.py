"""Promised moments are never missed in silence: the history, the member and the desk's numbers say what is due and what is late."""

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.casework import clock_runs
from app.casework.access.conflicts import may_know
from app.casework.conversation.unread import has_unread_from_member
from app.casework.kinds import CaseKind, casework_of, find_kind, modules_in_use
from app.casework.models import Case, CaseClock
from app.casework.public_notice.objection_queries import waits_for_judgement
from app.casework.states import Phase
from app.casework.trail import add_event
from app.core.clock import CHINA, now, today_in_china
from app.core.i18n import day
from app.notifications.operations import notify
from tenants.context import Actor, current_zone
from tenants.database import db

SOON_DAYS = 2
"""A case is due soon on the desk when its promised moment is today or in so many days."""
REMINDED = "remind_soon"
FOUND_LATE = "remind_late"
ESCALATED = "escalate"
LIMIT_NEAR = "limit_near"
LIMIT_OVER = "limit_over"
OF_LIMITS = {REMINDED: LIMIT_NEAR, FOUND_LATE: LIMIT_OVER}
TOLD = {FOUND_LATE: "late", LIMIT_NEAR: LIMIT_NEAR, LIMIT_OVER: LIMIT_OVER}
"""The notices the member gets of what was noted."""
MOST_AT_ONCE = 500


def is_late() -> ColumnElement[bool]:
    """The promised moment is behind us."""
    return Case.due_at < now()


def is_due_soon() -> ColumnElement[bool]:
    """The promised moment is near."""
    return and_(Case.due_at >= now(), Case.due_at < end_of_soon())


def end_of_soon() -> datetime:
    """The midnight in China after the last day that is soon."""
    last = today_in_china() + timedelta(days=SOON_DAYS + 1)
    return datetime.combine(last, time(), CHINA)


def watch(actor: Actor) -> int:
    """Note of every running clock, once each: that its end is near, that it is past, that it goes to who decides.

    The member is told when an answer is late, and of time limits that are near or over. Returns how many notes were written.
    """
    at = now()
    return (
        _note(actor, REMINDED, CaseClock.reminded_at, and_(CaseClock.remind_at <= at, CaseClock.due_at >= at))
        + _note(actor, FOUND_LATE, CaseClock.found_late_at, CaseClock.due_at < at)
        + _note(actor, ESCALATED, CaseClock.escalated_at, CaseClock.escalate_at <= at)
    )


def _note(
    actor: Actor, action: str, done_at: InstrumentedAttribute[datetime | None], is_due: ColumnElement[bool]
) -> int:
    statement = (
        select(CaseClock, Case)
        .join(Case, Case.id == CaseClock.case_id)
        .where(Case.module.in_(modules_in_use()), CaseClock.stopped_at.is_(None), CaseClock.paused_at.is_(None))
        .where(done_at.is_(None), is_due)
        .order_by(CaseClock.due_at, CaseClock.id)
        .limit(MOST_AT_ONCE)
        .with_for_update(of=CaseClock, skip_locked=True)
    )
    found = db.session.execute(statement).all()
    for clock, case in found:
        setattr(clock, done_at.key, now())
        is_limit = find_kind(case.kind).declared(clock.clock).is_limit
        noted = OF_LIMITS.get(action, action) if is_limit else action
        add_event(actor, case, noted, is_shown=False)
        if noted == LIMIT_OVER:
            clock_runs.tell_anew(case)
        if noted in TOLD:
            _tell(case, clock, TOLD[noted])
    return len(found)


def _tell(case: Case, clock: CaseClock, notice: str) -> None:
    notify(
        f"{case.module}.{notice}",
        case.member_id,
        {"number": case.number, "day": day(clock.due_at), "zone": current_zone().name},
        dedupe_key=f"{case.module}.{notice}:{clock.id}:{day(clock.due_at)}",
        href=f"/{case.module}/{case.id}",
    )


def count_late(module: str) -> int:
    """Cases whose promised moment has passed."""
    return _count(module, is_late())


def count_due_soon(module: str) -> int:
    """Cases whose promised moment is near."""
    return _count(module, is_due_soon())


def count_waiting_for(actor: Actor, module: str) -> int:
    """What waits for an actor: cases nobody has, or given to them to take, their own that are due or have to be seen to, decisions they may take, objections to
    grants, new messages. Never what they are kept from, nor what is their own."""
    casework = casework_of(module)
    is_to_decide = or_(*(_waits_for_decision(kind) for kind in casework.kinds))
    has_to_see = or_(*(and_(Case.kind == kind.key, kind.own.waits_for_handler()) for kind in casework.kinds))
    own = and_(Case.handler_id == actor.account_id, ~is_to_decide, or_(is_late(), is_due_soon(), has_to_see))
    given = and_(Case.handler_id == actor.account_id, or_(*(_waits_to_be_taken(kind) for kind in casework.kinds)))
    waiting = [Case.handler_id.is_(None), given, own]
    if actor.may(casework.decide):
        had_part = or_(Case.recommended_by == actor.account_id, Case.decided_by == actor.account_id)
        waiting.append(and_(is_to_decide, had_part.is_not(True)))
    has_news = and_(has_unread_from_member(), or_(Case.handler_id == actor.account_id, Case.handler_id.is_(None)))
    is_waiting = or_(and_(Case.phase == Phase.OPEN, or_(*waiting)), has_news)
    if actor.may(casework.decide) and casework.has_public_notice:
        is_waiting = or_(is_waiting, waits_for_judgement(actor))
    return _count(module, and_(may_know(actor), is_waiting))


def count_news(module: str) -> int:
    """Cases with a message of the member's that nobody has read."""
    return _count(module, has_unread_from_member())


def _waits_to_be_taken(kind: CaseKind) -> ColumnElement[bool]:
    return and_(Case.kind == kind.key, Case.state.in_(kind.states_to_take))


def _waits_for_decision(kind: CaseKind) -> ColumnElement[bool]:
    return and_(Case.kind == kind.key, Case.state.in_(kind.states_to_decide))


def _count(module: str, condition: ColumnElement[bool]) -> int:
    statement = select(func.count(Case.id)).where(Case.module == module, condition)
    return db.session.execute(statement).scalar_one()
