"""The staff's page of catalogues."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.beans import catalogues
from app.benefits.beans.schemas import LONGEST_GROUND, LONGEST_TITLE, CatalogueForm
from app.benefits.deciding import decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.rules.categories import GOODS
from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form, form_id, parse_uuid
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("catalogues", __name__, url_prefix="/catalogues", enable_openapi=False)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    chosen = parse_uuid(request.args.get("change", ""))
    found = next((each for each in catalogues.list_catalogues() if each.id == chosen), None)
    if found is None:
        return _page(Form(CatalogueForm, {"catalogue_id": uuid7()}))
    return _page(Form(CatalogueForm, {"catalogue_id": found.id, "title": found.title, "categories": found.categories}))


@blueprint.post("/")
@requires(MANAGE)
@paced(60)
def propose() -> ResponseReturnValue:
    form = Form(CatalogueForm)
    if not form.submit():
        return _page(form), 422
    try:
        catalogues.propose(current_actor(), form_id(), **form.data)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(form), refusal.status
    flash(_("It waits for a second person now."), "success")
    return redirect(url_for(".index"))


@blueprint.post("/changes/<uuid:change_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(change_id: UUID) -> ResponseReturnValue:
    return _decide(change_id, "withdraw")


@blueprint.post("/changes/<uuid:change_id>/<any(approve, refuse):action>")
@requires(APPROVE)
@paced(120)
def decide(change_id: UUID, action: str) -> ResponseReturnValue:
    return _decide(change_id, action)


def _decide(change_id: UUID, action: str) -> ResponseReturnValue:
    return decide_on(
        catalogues.take_step, change_id, action,
        then=redirect(url_for(".index")), again=lambda: _page(Form(CatalogueForm, {"catalogue_id": uuid7()})),
        approved=_("Approved: it holds for whatever is bought from now on."),
    )  # fmt: skip


def _page(form: Form) -> str:
    actor, known = current_actor(), catalogues.list_catalogues()
    return render(
        "benefits/catalogues.html", catalogues=known, changes=catalogues.list_changes(), form=form, once=uuid7(),
        is_change=str(form.values.get("catalogue_id")) in {str(each.id) for each in known}, goods=GOODS, states=PROPOSALS,
        goods_offered=[(key, each.title) for key, each in GOODS.items() if each.is_allowed],
        me=actor.account_id, may_manage=actor.may(MANAGE), may_approve=actor.may(APPROVE), longest_title=LONGEST_TITLE,
        longest_ground=LONGEST_GROUND,
    )  # fmt: skip
