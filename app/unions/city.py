"""The city console's pages about the organisation tree: browse, search, add a union, import a list."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, seen_mark
from app.core.places import Place, PlacedBlueprint
from app.core.seen import ChangedMeanwhile
from app.core.sheets import write_sheet
from app.core.theming import render
from app.unions import imports, queries
from app.unions.operations import create_union
from app.unions.schemas import UnionForm, UploadForm
from app.unions.words import KINDS, OUTCOMES
from tenants.context import Plane, current_actor
from tenants.ids import uuid7
from tenants.lifecycle import zone_of_union

PAGE = 100
SHOWN_REFUSALS = 500

blueprint = PlacedBlueprint(
    "city_unions", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/unions", enable_openapi=False
)


@blueprint.get("")
@requires("city.view")
def tree() -> ResponseReturnValue:
    root = queries.find_root()
    if root is None:
        return render("unions/empty.html", may_import=current_actor().may("unions.import"))
    q = request.args.get("q", "").strip()[:60]
    if q:
        found = queries.search_unions(q, root.path, limit=50)
        return render("unions/search.html", q=q, rows=found, kinds=KINDS, form={"values": {"q": q}, "errors": {}})
    return _union_page(root.id)


@blueprint.get("/<uuid:union_id>")
@requires("city.view")
def union(union_id: UUID) -> ResponseReturnValue:
    return _union_page(union_id)


def _union_page(union_id: UUID, form: Form | None = None) -> str:
    found = queries.find_union(union_id)
    if found is None:
        raise NotFound
    rows = queries.list_children(union_id, request.args.get("after", ""), PAGE + 1)
    page = rows[:PAGE]
    more = url_for(".union", union_id=union_id, after=page[-1].path) if len(rows) > PAGE else ""
    return render(
        "unions/union.html", union=found, above=queries.list_ancestors(found.path)[:-1], rows=page, next_href=more,
        below=queries.count_children([row.id for row in page]), kinds=KINDS, members=queries.count_members(found.path),
        form=form or Form(UnionForm, {"id": str(uuid7())}), may_import=current_actor().may("unions.import"),
        its_zone=zone_of_union(union_id), may_provision=current_actor().may("zones.provision"),
    )  # fmt: skip


@blueprint.post("/<uuid:union_id>")
@requires("unions.import")
def add(union_id: UUID) -> ResponseReturnValue:
    """Add a union under this one."""
    form = Form(UnionForm)
    if form.submit():
        data = form.data
        try:
            create_union(current_actor(), name=data["name"], kind=data["kind"], parent_id=union_id,
                         short_name=data["short_name"], uscc=data["uscc"] or None, union_id=data["id"])  # fmt: skip
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_("%(name)s was added.", name=data["name"]), "success")
            return redirect(url_for(".union", union_id=union_id))
    return _union_page(union_id, form), 422


@blueprint.get("/import")
@requires("unions.import")
def import_page() -> ResponseReturnValue:
    return _import_page(Form(UploadForm, {"id": str(uuid7())}))


def _import_page(form: Form) -> str:
    return render("unions/import.html", form=form, kept=imports.list_imports(), outcomes=OUTCOMES)


@blueprint.post("/import")
@requires("unions.import")
def upload() -> ResponseReturnValue:
    form, file = Form(UploadForm), request.files.get("file")
    if form.submit() and file is not None and file.filename:
        try:
            kept = imports.keep_upload(current_actor(), form.data["id"], file.read(), file.filename)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            return redirect(url_for(".preview", import_id=kept.id))
    if file is None or not file.filename:
        form.errors["file"] = [_("Choose a file.")]
    return _import_page(form), 422


@blueprint.get("/import/<uuid:import_id>")
@requires("unions.import")
def preview(import_id: UUID) -> ResponseReturnValue:
    return _preview_page(import_id)


def _preview_page(import_id: UUID) -> str:
    kept = imports.find_import(import_id)
    plan = imports.plan_of(kept)
    refused = [(line, imports.reason(line)) for line in plan.refused[:SHOWN_REFUSALS]] if plan else []
    return render(
        "unions/preview.html", kept=kept, counts=plan.counts if plan else kept.counts, refused=refused,
        fresh=[line for line in plan.lines if line.outcome in ("new", "changed")][:SHOWN_REFUSALS] if plan else [],
        kinds=KINDS, outcomes=OUTCOMES, seen=plan.mark if plan else "",
        more_refused=max(len(plan.refused) - SHOWN_REFUSALS, 0) if plan else 0,
    )  # fmt: skip


@blueprint.get("/import/<uuid:import_id>/refused.xlsx")
@requires("unions.import")
def refused_rows(import_id: UUID) -> ResponseReturnValue:
    """Every refused row with its cell and reason, as a workbook."""
    plan = imports.plan_of(imports.find_import(import_id))
    if plan is None:
        raise NotFound
    headers = (_("Line"), _("Cell"), _("Name of the union"), _("Reason"))
    rows = (
        (line.line, line.problem[1] if line.problem else "", line.name, imports.reason(line)) for line in plan.refused
    )
    title, widths = _("Import report"), {headers[2]: 36.0, headers[3]: 70.0}
    target, _nothing = in_file(lambda target: write_sheet(target, headers, rows, widths=widths, title=title))
    return workbook(target, title, "import-report")


@blueprint.post("/import/<uuid:import_id>")
@requires("unions.import")
def commit(import_id: UUID) -> ResponseReturnValue:
    try:
        kept = imports.commit_import(current_actor(), import_id, seen_mark())
    except ChangedMeanwhile as refusal:
        flash(str(refusal.message), "error")
        return _preview_page(import_id), refusal.status
    flash(_("%(new)s unions were added and %(changed)s changed.", **{name: kept.counts[name] for name in ("new", "changed")}),
          "success")  # fmt: skip
    return redirect(url_for(".preview", import_id=import_id))
