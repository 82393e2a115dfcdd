"""Lists of members that staff upload, and the tags on a member's page."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.access import requires
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.theming import render
from app.core.uploads import takes
from app.members.audience import Audience, measure
from app.members.audience.freezing import keep_upload
from app.members.audience.lists import find_list, list_uploads
from app.members.audience.schemas import ListForm, TagForm
from app.members.audience.tags import list_tags, tag_audience, tag_member, untag_member
from app.members.desk import blueprint
from app.members.naming import SHEETS, Refusal, read_members
from tenants.context import current_actor
from tenants.ids import uuid7


@blueprint.get("/lists")
@requires("members.import")
def lists() -> ResponseReturnValue:
    return _lists_page(Form(ListForm, {"id": str(uuid7())}))


def _lists_page(form: Form) -> str:
    return render("members/lists.html", form=form, lists=list_uploads(), tags=list_tags(), takes=SHEETS)


@blueprint.post("/lists")
@requires("members.import")
@takes(SHEETS)
def send_list() -> ResponseReturnValue:
    form = Form(ListForm)
    if not form.submit():
        return _lists_page(form), 422
    try:
        people, refusals = read_members(*SHEETS.one("file"))
        kept = keep_upload(
            current_actor(), form.data["id"], form.data["title"], [person.member_id for person in people], refusals
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return _lists_page(form), refusal.status
    if form.data["tag"]:
        tag_audience(current_actor(), Audience(list_id=kept.id), form.data["tag"])
    return redirect(url_for(".member_list", list_id=kept.id))


@blueprint.get("/lists/<uuid:list_id>")
@requires("members.import")
def member_list(list_id: UUID) -> ResponseReturnValue:
    found = find_list(list_id)
    if found is None:
        raise NotFound
    return render("members/list.html", list=found, size=measure(Audience(list_id=list_id)),
                  refusals=[Refusal(*each) for each in found.problems])  # fmt: skip


@blueprint.post("/<uuid:member_id>/tags")
@requires("members.import")
def add_tag(member_id: UUID) -> ResponseReturnValue:
    form = Form(TagForm)
    if form.submit():
        tag_member(current_actor(), member_id, form.data["tag"])
    else:
        flash(" ".join(message for messages in form.errors.values() for message in messages), "error")
    return redirect(url_for(".member", member_id=member_id))


@blueprint.post("/<uuid:member_id>/tags/remove")
@requires("members.import")
def remove_tag(member_id: UUID) -> ResponseReturnValue:
    untag_member(current_actor(), member_id, request.form.get("tag", ""))
    return redirect(url_for(".member", member_id=member_id))
