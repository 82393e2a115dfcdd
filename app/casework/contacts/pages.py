"""Where staff write down their work on a case, and see what they have to do."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.assignment.colleagues import list_suited
from app.casework.assignment.errors import NobodyToGiveTo
from app.casework.case_page import case_page
from app.casework.contacts import operations
from app.casework.contacts.inputs import CallSchema, TaskSchema, VisitSchema
from app.casework.contacts.operations import PHOTOS
from app.casework.contacts.panel import CONTACTS, TASKS
from app.casework.contacts.queries import list_own_tasks
from app.casework.display import paper_response
from app.casework.errors import PaperRefused
from app.casework.here import module_here
from app.casework.reviews import readable
from app.casework.routes import REVIEW, Route
from app.core.forms import Form, form_id
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from tenants.context import current_actor


def my_tasks() -> ResponseReturnValue:
    return render("casework/desk/tasks.html", tasks=list_own_tasks(current_actor(), module_here()))


def add_task(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(TaskSchema)
    if not form.submit():
        return case_page(case_id, failed={TASKS: form}), 422
    suited = {one.account_id: one for one in list_suited(readable(actor, case_id))}
    assignee = suited.get(form.data["assignee"])
    if assignee is None:
        form.refuse(NobodyToGiveTo(field="assignee"))
        return case_page(case_id, failed={TASKS: form}), 422
    operations.add_task(actor, case_id, form_id(), form.data["title"], assignee, form.data["due_on"])
    flash(_("The task has been added."), "success")
    return redirect(url_for(".case", case_id=case_id))


def finish_task(case_id: UUID, task_id: UUID) -> ResponseReturnValue:
    operations.finish_task(current_actor(), case_id, task_id)
    flash(_("The task is done."), "success")
    return redirect(url_for(".my_tasks") if "mine" in request.form else url_for(".case", case_id=case_id))


def write_call(case_id: UUID) -> ResponseReturnValue:
    form = Form(CallSchema)
    if not form.submit():
        return case_page(case_id, failed={CONTACTS: form}), 422
    operations.write_call(current_actor(), case_id, form_id(), form.data)
    flash(_("The call has been written down."), "success")
    return redirect(url_for(".case", case_id=case_id))


@takes(PHOTOS)
def write_visit(case_id: UUID) -> ResponseReturnValue:
    form = Form(VisitSchema)
    if not form.submit():
        return case_page(case_id, failed={CONTACTS: form}), 422
    try:
        operations.write_visit(current_actor(), case_id, form_id(), form.data, PHOTOS.sent("photos"))
    except PaperRefused as refusal:
        finish(succeeded=False)
        refusal.field = "photos"
        form.refuse(refusal)
        return case_page(case_id, failed={CONTACTS: form}), refusal.status
    flash(_("The visit has been written down."), "success")
    return redirect(url_for(".case", case_id=case_id))


def photo(case_id: UUID, photo_id: UUID) -> ResponseReturnValue:
    return paper_response(*operations.read_photo(current_actor(), case_id, photo_id))


def photo_thumbnail(case_id: UUID, photo_id: UUID) -> ResponseReturnValue:
    return paper_response(*operations.read_photo_thumbnail(current_actor(), case_id, photo_id))


ROUTES = (
    Route("/tasks", "my_tasks", my_tasks, right=REVIEW),
    Route("/<uuid:case_id>/tasks", "add_task", add_task, "POST", REVIEW),
    Route("/<uuid:case_id>/tasks/<uuid:task_id>/done", "finish_task", finish_task, "POST", REVIEW),
    Route("/<uuid:case_id>/calls", "write_call", write_call, "POST", REVIEW),
    Route("/<uuid:case_id>/visits", "write_visit", write_visit, "POST", REVIEW),
    Route("/<uuid:case_id>/photos/<uuid:photo_id>", "photo", photo, right=REVIEW),
    Route("/<uuid:case_id>/photos/<uuid:photo_id>/thumbnail", "photo_thumbnail", photo_thumbnail, right=REVIEW),
)
