"""Tasks of somebody who has no part in a case any more: its handler has them, too, and while it has none they wait for the next."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.casework.contacts.models import CaseTask
from app.casework.kinds import find_kind
from app.casework.links.queries import find_last_goes_on, list_whole
from app.casework.models import Case, CaseEvent
from app.casework.trail import add_event, record
from tenants.context import Actor
from tenants.database import db

HANDED_ON, LEFT = "hand_tasks_on", "leave_tasks"
"""The tasks of a case have gone to its handler, or wait for the next one."""


def hand_tasks_on(actor: Actor, case: Case, account_id: UUID) -> None:
    """Let others do what somebody had yet to do for a case; of a merged one, whoever has the case that goes on."""
    goes_on = find_last_goes_on(case) or case
    heir = goes_on.handler_id if goes_on.handler_id != account_id else None
    _give(actor, case, CaseTask.assignee_id == account_id, heir, goes_on.handler_name)


def take_waiting_tasks(actor: Actor, case: Case) -> None:
    """Give the new handler of a case the tasks that nobody has, also those of the cases merged into it."""
    for each in list_whole(case):
        _give(actor, each, CaseTask.assignee_id.is_(None), case.handler_id, case.handler_name)


def follow_handler(case: Case, event: CaseEvent) -> None:
    """Whoever takes a case takes the tasks that wait for somebody."""
    step = find_kind(case.kind).table.find_step(event.action)
    if step is not None and step.takes:
        take_waiting_tasks(Actor(event.account_id, name=event.actor_name), case)


def _give(actor: Actor, case: Case, of_whom: ColumnElement[bool], heir: UUID | None, name: str) -> None:
    tasks = select(CaseTask).where(CaseTask.case_id == case.id, CaseTask.done_at.is_(None), of_whom)
    given = list(db.session.scalars(tasks))
    called = name if heir else ""
    for task in given:
        task.assignee_id, task.assignee_name = heir, called
    if given:
        deed = HANDED_ON if heir else LEFT
        add_event(actor, case, deed, called, is_shown=False)
        record(case, deed)
