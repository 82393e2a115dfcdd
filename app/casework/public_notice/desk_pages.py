"""The desk's pages of public notices and of objections to them."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.deeds import answer_form
from app.casework.here import module_here
from app.casework.kinds import casework_of
from app.casework.public_notice import drafting, objection_queries, objections, queries
from app.casework.public_notice.errors import OwnDecision, OwnObjection
from app.casework.public_notice.inputs import AnswerSchema, DraftSchema
from app.casework.public_notice.judges import judges_here
from app.casework.public_notice.models import Finding, Notice, Objection
from app.casework.public_notice.promises import due_at
from app.casework.routes import DECIDE, REVIEW, Route
from app.core.attempts import Attempt
from app.core.clock import now, today_in_china
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.i18n import DEFAULT_LOCALE, speaking
from app.core.identifiers import mask_name
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor
from tenants.ids import uuid7


def notices() -> ResponseReturnValue:
    return _list_page(Form(DraftSchema, {"title": _usual_title()}))


def draft() -> ResponseReturnValue:
    form, once = Form(DraftSchema), parse_uuid(request.form.get("_once", ""))
    if once is None:
        raise NotFound
    return answer_form(
        form,
        lambda: drafting.draft_notice(current_actor(), module_here(), once, form.data["title"], form.data["id"]),
        lambda: _list_page(form),
        done=_("The notice is drafted. A second person publishes it."),
        then=url_for(".notice", notice_id=once),
    )


def notice(notice_id: UUID) -> ResponseReturnValue:
    found = queries.find_notice(module_here(), notice_id)
    return _notice_page(found, Form(Schema, seen=drafting.mark_of(found)))


def publish(notice_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        drafting.publish_notice(current_actor(), module_here(), notice_id, seen=form.seen)
        flash(_("The notice is public. Its members will be told."), "success")

    return _deed(notice_id, do, url_for(".notice", notice_id=notice_id))


def discard(notice_id: UUID) -> ResponseReturnValue:
    def do(_form: Form) -> None:
        drafting.discard_notice(current_actor(), module_here(), notice_id)
        flash(_("The draft has been discarded."), "success")

    return _deed(notice_id, do, url_for(".notices"))


def _deed(notice_id: UUID, do: Callable[[Form], None], target: str) -> ResponseReturnValue:
    form = Form(Schema)
    form.submit()
    with Attempt(form) as attempt:
        do(form)
        return redirect(target)
    return _notice_page(queries.find_notice(module_here(), notice_id), form), attempt.status


def _leaving_it_to_others(view: Callable[[UUID], ResponseReturnValue]) -> Callable[[UUID], ResponseReturnValue]:
    """Whoever may not judge an objection reads who may, and the way out where that is nobody."""

    @wraps(view)
    def kept(objection_id: UUID) -> ResponseReturnValue:
        try:
            return view(objection_id)
        except (OwnDecision, OwnObjection) as refusal:
            finish(succeeded=False)
            return _kept_page(objection_id, refusal), refusal.status

    return kept


@_leaving_it_to_others
def objection(objection_id: UUID) -> ResponseReturnValue:
    found, _case = objections.read_objection(current_actor(), module_here(), objection_id)
    return _objection_page(objection_id, Form(AnswerSchema, seen=found.finding))


@_leaving_it_to_others
def answer(objection_id: UUID) -> ResponseReturnValue:
    form = Form(AnswerSchema)

    def do() -> None:
        given, module = form.data, module_here()
        objections.answer_objection(
            current_actor(), module, objection_id, given["finding"], given["answer"], seen=form.seen
        )

    return answer_form(
        form,
        do,
        lambda: _objection_page(objection_id, form),
        done=_("The objection is answered. Whoever objected has been told."),
        then=url_for(".notices"),
    )


def _usual_title() -> str:
    """A title in the language of the zone's members, whatever the drafter's own is."""
    with speaking(DEFAULT_LOCALE):
        return _("Help to be granted, list of %(day)s", day=f"{today_in_china():%Y-%m-%d}")


def _list_page(form: Form) -> str:
    module, actor = module_here(), current_actor()
    grants, made = queries.list_grants(module), objection_queries.list_objections(module)
    waiting = [each for each in made if each[0].finding == Finding.OPEN]
    judges = judges_here(module, [*(grant.id for grant in grants), *(case.id for _objection, _notice, case in waiting)])
    return render(
        "casework/desk/notices.html", form=form, once=request.form.get("_once") or uuid7(), notices=queries.list_notices(module),
        grants=grants, kinds=_kinds(), objections=made, is_running=objections.is_running, is_late=_is_late, due_at=due_at,
        judges={grant.id: judges.of(grant.id, actor.account_id) for grant in grants},
        judges_of={objection.id: judges.of(case.id, notice.drafted_by) for objection, notice, case in waiting},
    )  # fmt: skip


def _is_late(found: Objection) -> bool:
    return found.finding == Finding.OPEN and due_at(found.made_at) < now()


def _notice_page(found: Notice, form: Form) -> str:
    actor = current_actor()
    may_decide, listed = actor.may(casework_of(found.module).decide), queries.list_listed(found.id)
    judges = judges_here(found.module, [line.case_id for line in listed])
    return render(
        "casework/desk/notice.html", notice=found, form=form, listed=listed, kinds=_kinds(),
        judges={line.case_id: judges.of(line.case_id, found.drafted_by) for line in listed},
        may_publish=may_decide and found.drafted_by != actor.account_id, is_running=objections.is_running(found),
    )  # fmt: skip


def _objection_page(objection_id: UUID, form: Form) -> str:
    found, case = objections.read_objection(current_actor(), module_here(), objection_id)
    (told,) = objection_queries.told([found])
    return render(
        "casework/desk/objection.html", objection=told, case=case, form=form, by=mask_name(objections.name_of(found)),
        notice=queries.find_notice(case.module, found.notice_id), goes_back=objections.goes_back(case),
    )  # fmt: skip


def _kept_page(objection_id: UUID, refusal: DomainError) -> str:
    found, case = objection_queries.find_objection(module_here(), objection_id)
    notice, may_not = queries.find_notice(case.module, found.notice_id), current_actor().account_id
    judges = judges_here(case.module, [case.id]).of(case.id, notice.drafted_by, may_not)
    return render(
        "casework/desk/objection_kept.html", refusal=refusal, objection=found, case=case, notice=notice, judges=judges,
        due_at=due_at(found.made_at), is_late=_is_late(found),
    )  # fmt: skip


def _kinds() -> dict[str, object]:
    return {kind.key: kind for kind in casework_of(module_here()).kinds}


ROUTES = (
    Route("/notices", "notices", notices, right=REVIEW),
    Route("/notices", "draft_notice", draft, "POST", REVIEW),
    Route("/notices/<uuid:notice_id>", "notice", notice, right=REVIEW),
    Route("/notices/<uuid:notice_id>/publish", "publish_notice", publish, "POST", DECIDE),
    Route("/notices/<uuid:notice_id>/discard", "discard_notice", discard, "POST", REVIEW),
    Route("/objections/<uuid:objection_id>", "objection", objection, right=DECIDE),
    Route("/objections/<uuid:objection_id>", "answer_objection", answer, "POST", DECIDE),
)
