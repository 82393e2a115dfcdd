"""The parts of the desk's page of a case on which staff work: its tasks, its calls and visits."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from app.casework.assignment.colleagues import list_suited
from app.casework.contacts.handing_on import HANDED_ON, LEFT
from app.casework.contacts.inputs import CallSchema, TaskSchema, VisitSchema
from app.casework.contacts.operations import CALL, PHOTOS, TASK, TASK_DONE, VISIT
from app.casework.contacts.queries import TaskLine, list_contacts, list_tasks
from app.casework.file_export.parts import FilePart, Line
from app.casework.models import Case
from app.casework.panels import Panel
from app.core.clock import CHINA, now, today_in_china
from app.core.forms import Form
from app.core.i18n import day
from tenants.context import current_actor
from tenants.ids import uuid7

TASKS = "tasks"
CONTACTS = "contacts"
EVENT_TITLES = {
    TASK: _("New task"),
    TASK_DONE: _("Task done"),
    HANDED_ON: _("Tasks handed on to the handler"),
    LEFT: _("Tasks wait for the next handler"),
    CALL: _("Phone call"),
    VISIT: _("Home visit"),
}


def show_tasks(case: Case, refused: Form | None) -> dict[str, Any]:
    people = [(str(one.account_id), one.name) for one in list_suited(case)]
    mine = {"assignee": str(current_actor().account_id)}
    return {
        "form": refused or Form(TaskSchema, mine), "is_refused": refused is not None, "once": uuid7(), "people": people,
        "tasks": list_tasks(case.id), "today": today_in_china().isoformat(),
    }  # fmt: skip


def show_contacts(case: Case, refused: Form | None) -> dict[str, Any]:
    this_minute = f"{now().astimezone(CHINA):%Y-%m-%dT%H:%M}"
    is_call = refused is not None and isinstance(refused.schema, CallSchema)
    return {
        "contacts": list_contacts(case.id), "once": uuid7(), "takes": PHOTOS, "this_minute": this_minute,
        "call": refused if is_call else Form(CallSchema, {"call_at": this_minute, "way": "call_out"}),
        "visit": Form(VisitSchema, {"visit_at": this_minute}) if refused is None or is_call else refused,
        "is_refused": refused is not None,
    }  # fmt: skip


def _in_file(case: Case, for_member: bool) -> list[Line]:
    return [] if for_member else [(task.title, " · ".join(_said_of(task))) for task in list_tasks(case.id)]


def _said_of(task: TaskLine) -> Iterator[str]:
    if task.assignee_name:
        yield task.assignee_name
    yield day(task.due_on)
    if task.done_at:
        yield f"{EVENT_TITLES[TASK_DONE]} {day(task.done_at)}"


FILE = FilePart(_("Tasks"), _in_file)
TASKS_PANEL = Panel(TASKS, "casework/desk/tasks_panel.html", show_tasks, is_beside=True)
CONTACTS_PANEL = Panel(CONTACTS, "casework/desk/contacts_panel.html", show_contacts, is_beside=True)
