"""The public's pages of notices: whoever visits the zone reads them, a member may object. Nothing of them is kept anywhere."""

from uuid import UUID

from flask import flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.here import module_here
from app.casework.kinds import casework_of
from app.casework.public_notice import objection_queries, objections, queries
from app.casework.public_notice.inputs import ObjectionSchema
from app.casework.public_notice.models import Notice
from app.casework.routes import Route
from app.casework.settings import current_settings
from app.core.access import member_only, public
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, parse_uuid
from app.core.theming import render
from tenants.context import current_actor
from tenants.ids import uuid7


@public
def notices() -> ResponseReturnValue:
    module = module_here()
    return _unkept(render(
        "casework/notices.html", notices=queries.list_shown(module), is_running=objections.is_running,
        own=objection_queries.list_own_objections(current_actor(), module), settings=current_settings(module),
    ))  # fmt: skip


@public
def notice(notice_id: UUID) -> ResponseReturnValue:
    module = module_here()
    found = queries.find_shown(module, notice_id)
    return _unkept(
        render("casework/notice.html", notice=found, is_running=objections.is_running(found), **_lines(found))
    )


@member_only
def objection(notice_id: UUID) -> ResponseReturnValue:
    found = queries.find_shown(module_here(), notice_id)
    line = request.args.get("line", "")
    return _objection_page(found, Form(ObjectionSchema, {"line": line} if line else None))


@member_only
def send_objection(notice_id: UUID) -> ResponseReturnValue:
    found, form, once = (
        queries.find_shown(module_here(), notice_id),
        Form(ObjectionSchema),
        parse_uuid(request.form.get("_once", "")),
    )
    if once is None:
        raise NotFound
    if not form.submit():
        return _objection_page(found, form), 422
    with Attempt(form) as attempt:
        objections.object_to(current_actor(), found.module, found.id, form.data["line"], once, form.data["objection"])
        flash(_("Your objection has been received. The union answers it here."), "success")
        return redirect(url_for(".notices"))
    return _objection_page(queries.find_shown(module_here(), notice_id), form), attempt.status


def _objection_page(found: Notice, form: Form) -> str:
    return render("casework/objection.html", notice=found, form=form, once=request.form.get("_once") or uuid7(),
                  is_running=objections.is_running(found), most=objections.MOST, **_lines(found))  # fmt: skip


def _lines(found: Notice) -> dict[str, object]:
    kinds = {kind.key: kind for kind in casework_of(found.module).kinds}
    return {"lines": queries.list_lines(found.id), "kinds": kinds}


def _unkept(page: str) -> ResponseReturnValue:
    """A page that no search engine lists and no cache keeps: its names are erased in time."""
    response = make_response(page)
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "private, no-store"
    return response


ROUTES = (
    Route("/notices/", "notices", notices),
    Route("/notices/<uuid:notice_id>", "notice", notice),
    Route("/notices/<uuid:notice_id>/objection", "objection", objection),
    Route("/notices/<uuid:notice_id>/objection", "send_objection", send_objection, "POST"),
)
