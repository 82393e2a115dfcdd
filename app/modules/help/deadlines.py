"""Promised days are never missed in silence: the history, the member and the desk's numbers say what is due and what is late."""

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.core.clock import today_in_china
from app.modules.help.models import Application, Event
from app.modules.help.promises import SOON
from app.modules.help.states import State
from app.modules.help.transitions import add_event
from app.notifications.operations import notify
from tenants.context import Actor, current_actor
from tenants.database import db

REMINDED_SOON = "remind_soon"
REMINDED_LATE = "remind_late"


def is_late() -> ColumnElement[bool]:
    """The promised day is behind us."""
    return Application.promised_by < today_in_china()


def is_due_soon() -> ColumnElement[bool]:
    """The promised day is today or near."""
    today = today_in_china()
    return and_(Application.promised_by >= today, Application.promised_by <= today + SOON)


def remind(actor: Actor) -> int:
    """Note once before and once after an application's promised day that it is due, and tell its member when it is late.

    Returns how many notes were written. What was returned and submitted again has a new day and is noted anew.
    """
    return _note(actor, REMINDED_SOON, is_due_soon()) + _note(actor, REMINDED_LATE, is_late())


def _note(actor: Actor, action: str, is_due: ColumnElement[bool]) -> int:
    again = aliased(Event)
    submitted_since = select(again.id).where(
        again.application_id == Application.id, again.action == "submit", again.id > Event.id
    )
    noted = select(Event.id).where(
        Event.application_id == Application.id, Event.action == action, ~submitted_since.exists()
    )
    due = select(Application).where(is_due, ~noted.exists()).order_by(Application.promised_by, Application.id)
    found = db.session.execute(due).scalars().all()
    for application in found:
        add_event(actor, application, action, is_shown=False)
        if action == REMINDED_LATE:
            _tell(application)
    return len(found)


def _tell(application: Application) -> None:
    notify(
        "help.late",
        application.member_id,
        {"number": application.number, "day": str(application.promised_by)},
        dedupe_key=f"help.late:{application.id}:{application.promised_by}",
        href=f"/help/{application.id}",
    )


def count_late() -> int:
    """Applications whose promised day has passed."""
    return _count(is_late())


def count_due_soon() -> int:
    """Applications whose promised day is today or near."""
    return _count(is_due_soon())


def count_for_actor() -> int:
    """What waits for the running actor: new applications nobody has taken, their own that are due, decisions they may take."""
    actor = current_actor()
    own = and_(Application.state == State.IN_REVIEW, Application.handler_id == actor.account_id)
    waiting = [Application.state == State.SUBMITTED, and_(own, or_(is_late(), is_due_soon()))]
    if actor.may("help.approve"):
        waiting.append(and_(Application.state == State.RECOMMENDED, Application.recommended_by != actor.account_id))
    return _count(
        and_(Application.promised_by.is_not(None), Application.submitted_by != actor.account_id, or_(*waiting))
    )


def _count(condition: ColumnElement[bool]) -> int:
    return db.session.execute(select(func.count(Application.id)).where(condition)).scalar_one()
