"""The zone console's pages for imports: upload → preview → commit → progress → result → undo."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError
from app.core.forms import Form
from app.core.tasks import Task
from app.core.theming import render
from app.members import words
from app.members.desk import blueprint
from app.members.roster import operations, queries
from app.members.roster.models import BatchState, ImportBatch
from app.members.roster.problems import sentence
from app.members.roster.sheets import shown, write_form, write_report
from app.members.roster.states import is_undoable
from app.members.schemas import UploadForm
from app.unions.queries import find_union, search_unions
from tenants.context import current_actor, current_zone
from tenants.database import db
from tenants.ids import uuid7

WORKING = (BatchState.UPLOADED.value, BatchState.COMMITTING.value, BatchState.UNDOING.value)
PAGE = 50


@blueprint.get("/import")
@requires("members.import")
def imports() -> ResponseReturnValue:
    return _imports_page(Form(UploadForm, {"id": str(uuid7())}))


def _imports_page(form: Form) -> str:
    after = request.args.get("after", "")
    batches = queries.list_batches(UUID(after) if len(after) == 36 else None, limit=21)
    older = url_for(".imports", after=batches[19].id) if len(batches) > 20 else ""
    return render(
        "members/imports.html", form=form, batches=batches[:20], older_href=older, words=words,
        unions=search_unions(request.args.get("q", ""), current_zone().union_path), q=request.args.get("q", ""),
    )  # fmt: skip


@blueprint.post("/import")
@requires("members.import")
def send_roster() -> ResponseReturnValue:
    form = Form(UploadForm)
    file = request.files.get("file")
    if file is None or not file.filename:
        form.errors["file"] = [_("Choose a file.")]
    if form.submit() and file is not None and file.filename:
        try:
            batch = operations.upload_roster(
                current_actor(), form.data["id"], file.read(), file.filename, form.data["union_id"]
            )
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for(".import_batch", batch_id=batch.id))
    if file is None or not file.filename:
        form.errors["file"] = [_("Choose a file.")]
    return _imports_page(form), 422


@blueprint.get("/import/form.xlsx")
@requires("members.import")
def roster_form() -> ResponseReturnValue:
    target, _nothing = in_file(write_form)
    return workbook(target, _("Roster form"), "roster-form")


@blueprint.get("/import/<uuid:batch_id>")
@requires("members.import")
def import_batch(batch_id: UUID) -> ResponseReturnValue:
    found = queries.get_batch(batch_id)
    outcome = request.args.get("outcome") or _first_outcome(found)
    after = request.args.get("after", 0, type=int)
    rows = queries.list_rows(batch_id, outcome, after, PAGE + 1)
    more = (
        url_for(".import_batch", batch_id=batch_id, outcome=outcome, after=rows[PAGE - 1].line)
        if len(rows) > PAGE
        else ""
    )
    return render(
        "members/import.html", batch=found, outcome=outcome, rows=rows[:PAGE], next_href=more, words=words,
        union_names=queries.union_names(rows), task=_task(found), is_working=found.state in WORKING, shown=shown,
        is_stuck=operations.is_stuck(found),
        is_undoable=is_undoable(found), columns=sorted(found.columns.items(), key=_place), default_union=find_union(found.default_union_id),
        problem=sentence(found.problem["code"], found.problem["params"]) if found.problem else "",
        refused_undos=queries.list_refused_undos(batch_id) if found.state == BatchState.UNDONE else [],
    )  # fmt: skip


def _place(column: tuple[str, list[str]]) -> tuple[int, str]:
    """Where a column stands in the file: A to Z before AA."""
    letters = column[1][0]
    return len(letters), letters


def _first_outcome(found: ImportBatch) -> str:
    """What most needs to be looked at."""
    order = ("refused", "transfer", "changed", "kept", "new", "same")
    return next((outcome for outcome in order if found.counts.get(outcome)), "refused")


def _task(found: ImportBatch) -> Task | None:
    return db.session.get(Task, (found.zone_id, found.task_id)) if found.task_id else None


@blueprint.get("/import/<uuid:batch_id>/progress")
@requires("members.import")
def import_progress(batch_id: UUID) -> ResponseReturnValue:
    """The progress bar alone; once the work has ended it makes the page load anew."""
    found = queries.get_batch(batch_id)
    response = Response(render("members/import_progress.html", batch=found, task=_task(found)))
    if found.state not in WORKING or operations.is_stuck(found):
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/import/<uuid:batch_id>/commit")
@requires("members.import")
def commit_import(batch_id: UUID) -> ResponseReturnValue:
    return _decided(operations.request_merge(current_actor(), batch_id))


@blueprint.post("/import/<uuid:batch_id>/resume")
@requires("members.import")
def resume_import(batch_id: UUID) -> ResponseReturnValue:
    return _decided(operations.request_resume(current_actor(), batch_id))


@blueprint.post("/import/<uuid:batch_id>/undo")
@requires("members.import")
def undo_import(batch_id: UUID) -> ResponseReturnValue:
    return _decided(operations.request_undo(current_actor(), batch_id))


def _decided(found: ImportBatch) -> ResponseReturnValue:
    return redirect(url_for(".import_batch", batch_id=found.id))


@blueprint.post("/import/<uuid:batch_id>/discard")
@requires("members.import")
def discard_import(batch_id: UUID) -> ResponseReturnValue:
    operations.discard_roster(current_actor(), batch_id)
    flash(_("The file was discarded. Nothing was imported."), "success")
    return redirect(url_for(".imports"))


@blueprint.get("/import/<uuid:batch_id>/report.xlsx")
@requires("members.import")
def import_report(batch_id: UUID) -> ResponseReturnValue:
    queries.get_batch(batch_id)
    target, _nothing = in_file(lambda target: write_report(target, batch_id))
    return workbook(target, _("Import report"), "import-report")
