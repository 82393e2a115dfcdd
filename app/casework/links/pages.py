"""Where staff link cases, take links away, and merge double applications."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.case_page import case_page
from app.casework.deeds import answer_form
from app.casework.kinds import find_kind
from app.casework.links import linking, merging
from app.casework.links.inputs import OTHER, LinkSchema, MergeSchema
from app.casework.links.models import Relation
from app.casework.links.panels import KEY
from app.casework.models import Case
from app.casework.queries import find_case
from app.casework.routes import REVIEW, Route
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, parse_uuid
from app.core.theming import render
from tenants.context import current_actor


def link(case_id: UUID) -> ResponseReturnValue:
    form = Form(LinkSchema)

    def do() -> None:
        given, relation = form.data, Relation(form.data["relation"])
        linking.link_cases(current_actor(), case_id, given["other_number"], relation, given["link_reason"])

    return answer_form(
        form, do, lambda: case_page(case_id, failed={KEY: form}), done=_("The two cases are linked now."),
        then=url_for(".case", case_id=case_id, _anchor=KEY), passing=(),
    )  # fmt: skip


def unlink(case_id: UUID) -> ResponseReturnValue:
    if (link_id := parse_uuid(request.form.get("link", ""))) is None:
        raise NotFound
    linking.unlink_cases(current_actor(), case_id, link_id)
    flash(_("The two cases are not linked any more."), "success")
    return redirect(url_for(".case", case_id=case_id, _anchor=KEY))


def merge_page(case_id: UUID) -> ResponseReturnValue:
    return _merge_page(case_id, Form(MergeSchema))


def merge(case_id: UUID) -> ResponseReturnValue:
    form = Form(MergeSchema)
    if not form.submit():
        return _merge_page(case_id, form), 422
    other, _between, mark = form.data["other"].partition("~")
    if (other_id := parse_uuid(other)) is None or find_case(other_id).module != find_case(case_id).module:
        raise NotFound
    ending, into = (case_id, other_id) if form.data["goes_on"] == OTHER else (other_id, case_id)
    with Attempt(form) as attempt:
        merging.merge_cases(current_actor(), ending, into, form.data["merge_reason"],
                            seen={case_id: form.seen, other_id: mark})  # fmt: skip
        flash(_("The two are one now. The member has been told."), "success")
        return redirect(url_for(".case", case_id=into))
    return _merge_page(case_id, form), attempt.status


def _merge_page(case_id: UUID, form: Form) -> str:
    """With the cases that may become one with this one, each with the mark it is shown with."""
    case = find_case(case_id)
    choices = merging.list_choices(current_actor(), case)
    form.seen = case.mark
    return render("casework/links/merge.html", case=case, kind=find_kind(case.kind), form=form,
                  choices=[_choice(each) for each in choices])  # fmt: skip


def _choice(case: Case) -> dict[str, Any]:
    kind = find_kind(case.kind)
    return {"value": f"{case.id}~{case.mark}", "case": case, "kind": kind, "state": kind.table[case.state]}


ROUTES = (
    Route("/<uuid:case_id>/links", "link", link, "POST", REVIEW),
    Route("/<uuid:case_id>/links/remove", "unlink", unlink, "POST", REVIEW),
    Route("/<uuid:case_id>/merge", "merge_page", merge_page, right=REVIEW),
    Route("/<uuid:case_id>/merge", "merge", merge, "POST", REVIEW),
)
