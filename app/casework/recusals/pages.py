"""Objecting to a handler, as the member does, and answering it, as whoever decides at the desk does."""

from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.assignment.colleagues import list_suited
from app.casework.deeds import answer_form
from app.casework.errors import ConflictOfInterest, OwnCase
from app.casework.here import module_here
from app.casework.kinds import casework_of, find_kind
from app.casework.own_case_page import own_case_page
from app.casework.queries import find_case, find_own_case
from app.casework.recusals import operations
from app.casework.recusals.inputs import GRANT, RecusalAnswerSchema, RecusalSchema
from app.casework.recusals.panels import KEY
from app.casework.recusals.queries import list_open, reason_of, words_of
from app.casework.routes import DECIDE, Route
from app.core.access import own_things
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.platform import platform
from app.core.theming import render
from tenants.context import current_actor


@own_things
def ask(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(RecusalSchema)
    find_own_case(actor, case_id)
    return answer_form(
        form,
        lambda: operations.ask_recusal(actor, case_id, form.data["recusal_reason"], seen=form.seen),
        lambda: own_case_page(find_own_case(actor, case_id), failed={KEY: form}),
        done=_("Your objection has been received."),
        then=url_for(".case", case_id=case_id),
    )


def recusals() -> ResponseReturnValue:
    module = module_here()
    return render(
        "casework/recusals/list.html",
        title=platform().modules[module].title,
        kinds={kind.key: kind for kind in casework_of(module).kinds},
        recusals=list_open(current_actor(), module),
    )


def recusal(case_id: UUID, recusal_id: UUID) -> ResponseReturnValue:
    return _page(case_id, recusal_id, Form(RecusalAnswerSchema))


def answer(case_id: UUID, recusal_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(RecusalAnswerSchema)
    operations.open_recusal(actor, case_id, recusal_id)

    def do() -> None:
        given = form.data
        if given["answer"] == GRANT:
            suited = {one.account_id: one for one in list_suited(find_case(case_id))}
            operations.grant_recusal(actor, case_id, recusal_id, suited.get(given["handler"]))
        else:
            operations.refuse_recusal(actor, case_id, recusal_id, given["recusal_words"])

    return answer_form(
        form, do, lambda: _page(case_id, recusal_id, form), done=_("The member has been told."), then=url_for(".recusals"),
        passing=(NotFound, OwnCase, ConflictOfInterest),
    )  # fmt: skip


def _page(case_id: UUID, recusal_id: UUID, form: Form) -> str:
    actor = current_actor()
    case, found = operations.open_recusal(actor, case_id, recusal_id)
    suited = [(str(one.account_id), one.name) for one in list_suited(case) if one.account_id != found.handler_id]
    return render(
        "casework/recusals/case.html", case=case, kind=find_kind(case.kind), recusal=found, reason=reason_of(found),
        words=words_of(found), has_still=operations.has_still(case, found), people=suited, form=form,
    )  # fmt: skip


CASE = "/<uuid:case_id>"
MEMBER_ROUTES = (Route(f"{CASE}/recusal", "ask_recusal", ask, "POST"),)
DESK_ROUTES = (
    Route("/recusals", "recusals", recusals, right=DECIDE),
    Route(f"{CASE}/recusals/<uuid:recusal_id>", "recusal", recusal, right=DECIDE, before_reading=True),
    Route(f"{CASE}/recusals/<uuid:recusal_id>", "answer_recusal", answer, "POST", DECIDE, before_reading=True),
)
