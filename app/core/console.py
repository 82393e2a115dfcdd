"""Background work on the zone's desk: long tasks with their progress, and events that were given up."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.audit import record
from app.core.errors import NotFound
from app.core.jobs import dead_letters
from app.core.jobs.wording import reason_of, title_of
from app.core.places import Place, PlacedBlueprint
from app.core.tasks import Task, cancel_task, find_task, list_tasks
from app.core.theming import render
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "console_jobs", __name__, place=Place.ZONE, plane=Plane.STAFF, url_prefix="/console", enable_openapi=False
)
TASKS_SHOWN = 30


@blueprint.get("/jobs")
@requires("jobs.view")
def jobs() -> ResponseReturnValue:
    tasks, dead = list_tasks(_position("tasks_before"), TASKS_SHOWN), dead_letters.list_dead(_position("dead_before"))
    return render(
        "jobs/jobs.html",
        tasks=tasks[:TASKS_SHOWN],
        tasks_next=url_for(".jobs", tasks_before=tasks[TASKS_SHOWN - 1].id) if len(tasks) > TASKS_SHOWN else "",
        dead=dead[: dead_letters.PAGE],
        dead_next=url_for(".jobs", dead_before=dead[-2].id) if len(dead) > dead_letters.PAGE else "",
        waiting=dead_letters.count_waiting(),
        title_of=title_of,
        reason_of=reason_of,
    )


@blueprint.post("/jobs/<uuid:event_id>/retry")
@requires("jobs.view")
def retry(event_id: UUID) -> ResponseReturnValue:
    dead_letters.call_back(event_id)
    flash(_("It will be tried again in a moment."), "success")
    return redirect(url_for(".jobs"))


@blueprint.post("/jobs/<uuid:event_id>/discard")
@requires("jobs.view")
def discard(event_id: UUID) -> ResponseReturnValue:
    dead_letters.let_go(event_id)
    flash(_("It was let go and will not be done."), "success")
    return redirect(url_for(".jobs"))


@blueprint.get("/tasks/<uuid:task_id>")
@requires("desk.view")
def task(task_id: UUID) -> ResponseReturnValue:
    """A task's page; htmx gets the progress bar alone."""
    return render(
        "jobs/progress.html" if "HX-Request" in request.headers else "jobs/task.html",
        task=_own_task(task_id),
        title_of=title_of,
    )


@blueprint.post("/tasks/<uuid:task_id>/cancel")
@requires("desk.view")
def cancel(task_id: UUID) -> ResponseReturnValue:
    _own_task(task_id)
    if cancel_task(task_id):
        record("jobs.cancel", object_type="task", object_id=task_id)
        flash(_("It stops. What was finished is kept."), "success")
    else:
        flash(_("It was over already."), "info")
    return redirect(url_for(".task", task_id=task_id))


def _own_task(task_id: UUID) -> Task:
    """A task of the actor's own, or any for those who look after background work; raises `NotFound`."""
    found, actor = find_task(task_id), current_actor()
    if found is None or not (actor.may("jobs.view") or found.created_by == actor.account_id):
        raise NotFound
    return found


def _position(name: str) -> UUID | None:
    try:
        return UUID(request.args[name]) if name in request.args else None
    except ValueError:
        raise NotFound from None
