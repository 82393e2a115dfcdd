"""What members see of their own record: the record itself, who looked at it, a copy, and a way to have it corrected."""

import json

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit
from app.core.access import member_only, own_things
from app.core.downloads import disposition
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.members import queries, words
from app.members.audience.tags import tags_of
from app.members.corrections import request_correction, wanted_value
from app.members.looks import list_reveals
from app.members.privacy import export_member
from app.members.schemas import CORRECTABLE, CorrectionForm
from tenants.context import Plane, current_actor
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "members", __name__, place=Place.ZONE, plane=Plane.MEMBER, url_prefix="/me/data", enable_openapi=False
)


def _me() -> queries.MemberRow:
    member_id = current_actor().member_id
    member = queries.find_member(member_id) if member_id else None
    if member is None:
        raise NotFound
    return member


@blueprint.get("")
@own_things
def my_data() -> ResponseReturnValue:
    me = _me()
    corrections = queries.list_corrections(member_id=me.id)
    return render(
        "members/my_data.html", me=me, memberships=queries.list_memberships(me.id), words=words,
        reveals=list_reveals(me.id), corrections=corrections, tags=tags_of(me.id),
        wanted={row.id: wanted_value(row) for row in corrections},
    )  # fmt: skip


@blueprint.get("/copy.json")
@own_things
def copy() -> ResponseReturnValue:
    """Everything in one file; taking it is noted, so that a copy taken by somebody else shows."""
    me = _me()
    audit.record("members.export", object_type="member", object_id=me.id, subject_member_id=me.id)
    text = json.dumps(export_member(me.id), ensure_ascii=False, indent=2)
    response = Response(text, mimetype="application/json")
    response.headers["Content-Disposition"] = disposition(f"{_('My data')}.json", "my-data")
    return response


@blueprint.get("/correction")
@member_only
def correction() -> ResponseReturnValue:
    return _correction_page(Form(CorrectionForm, {"id": str(uuid7())}))


@blueprint.post("/correction")
@member_only
def ask_correction() -> ResponseReturnValue:
    form = Form(CorrectionForm)
    if form.submit():
        try:
            request_correction(current_actor(), form.data["id"], form.data["field"], form.data["wanted"])
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            flash(_("Your request has been sent. Your union will look into it."), "success")
            return redirect(url_for(".my_data"))
    return _correction_page(form), 422


def _correction_page(form: Form) -> str:
    options = [(name, words.FIELDS[name]) for name in CORRECTABLE]
    return render("members/correction.html", form=form, options=options)
