"""The zone's categories."""

from uuid import UUID

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form, form_id
from app.modules.news import categories as operations
from app.modules.news.console.frame import blueprint, render_desk, step
from app.modules.news.queries import list_categories
from app.modules.news.schemas import CategoryForm
from tenants.context import current_actor
from tenants.ids import uuid7


@blueprint.get("/categories")
@requires("news.publish")
def categories() -> ResponseReturnValue:
    return _page(Form(CategoryForm))


@blueprint.post("/categories")
@requires("news.publish")
def create_category() -> ResponseReturnValue:
    form = Form(CategoryForm)
    once = form_id()
    try:
        if form.submit():
            operations.create_category(current_actor(), **form.data, category_id=once)
            return redirect(url_for(".categories"), code=303)
    except DomainError as refusal:
        form.refuse(refusal)
    return _page(form), 422


@blueprint.post("/categories/usual")
@requires("news.publish")
def found_usual_categories() -> ResponseReturnValue:
    return step(operations.found_usual_categories, _("The usual categories are there."), url_for(".categories"))


@blueprint.post("/categories/<uuid:category_id>")
@requires("news.publish")
def change_category(category_id: UUID) -> ResponseReturnValue:
    form = Form(CategoryForm)
    try:
        if form.submit():
            operations.change_category(current_actor(), category_id, **form.data)
            return redirect(url_for(".categories"), code=303)
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        form.refuse(refusal)
    return _page(Form(CategoryForm), changed=category_id, change_form=form), 422


@blueprint.post("/categories/<uuid:category_id>/move")
@requires("news.publish")
def move_category(category_id: UUID) -> ResponseReturnValue:
    up = request.form.get("direction") == "up"
    return step(
        lambda: operations.move_category(current_actor(), category_id, up=up), _("Moved."), url_for(".categories")
    )


@blueprint.post("/categories/<uuid:category_id>/delete")
@requires("news.publish")
def delete_category(category_id: UUID) -> ResponseReturnValue:
    return step(lambda: operations.delete_category(current_actor(), category_id),
                _("The category is gone; its articles are still there."), url_for(".categories"))  # fmt: skip


def _page(form: Form, *, changed: UUID | None = None, change_form: Form | None = None) -> str:
    return render_desk("categories", crumb=_("Categories"), form=form, once=uuid7(), categories=list_categories(),
                       changed=changed, change_form=change_form)  # fmt: skip
