"""Asking to have a case erased, and the desk's pages of what is asked, on hold and due."""

from collections.abc import Callable
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.deeds import answer_form
from app.casework.errors import ConflictOfInterest, OwnCase
from app.casework.here import module_here
from app.casework.kinds import casework_of, find_kind
from app.casework.own_case_page import own_case_page
from app.casework.panels import Failed
from app.casework.queries import find_case, find_last_event, find_own_case
from app.casework.retention import holds, requests
from app.casework.retention.duties import GROUNDS, duty_of, kept_until
from app.casework.retention.inputs import GRANT, AnswerSchema, EndSchema, HoldSchema
from app.casework.retention.models import CaseHold
from app.casework.retention.owing import list_owed, list_owing
from app.casework.retention.panels import MEMBER
from app.casework.retention.queries import (
    REVIEW_EVERY,
    answer_by,
    find_hold,
    find_request,
    list_asked,
    list_due_soon,
    list_held,
)
from app.casework.routes import RETAIN, Route
from app.casework.sealing import unseal_notes
from app.casework.states import Phase
from app.core.access import own_things
from app.core.attempts import Attempt
from app.core.clock import now, today_in_china
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.platform import platform
from app.core.theming import render
from tenants.context import current_actor

ANSWER, HOLD, END = "answer", "hold", "end"


@own_things
def ask(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(Schema)
    with Attempt(form) as attempt:
        requests.ask_erasure(actor, case_id)
        flash(_("Your request has been received."), "success")
        return redirect(url_for(".case", case_id=case_id))
    return own_case_page(find_own_case(actor, case_id), failed={MEMBER.key: form}), attempt.status


def retention() -> ResponseReturnValue:
    module = module_here()
    asked, due = list_asked(module), list_due_soon(module)
    return render(
        "casework/retention/list.html",
        title=platform().modules[module].title,
        kinds={kind.key: kind for kind in casework_of(module).kinds},
        asked=[(case, request, answer_by(request), find_hold(case.id)) for request, case in asked],
        held=[(case, hold, _reason(hold), _needs_review(hold)) for hold, case in list_held(module)],
        due=due,
        owing=list_owing(module, [*(case for _request, case in asked), *(each.case for each in due)]),
        now=now(),
    )


def case_retention(case_id: UUID) -> ResponseReturnValue:
    return _page(case_id)


def answer(case_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        given = form.data
        if given["answer"] == GRANT:
            requests.grant_erasure(current_actor(), case_id, given["request"])
        else:
            requests.refuse_erasure(current_actor(), case_id, given["request"], given["ground"], given["erasure_words"])

    return _done(case_id, ANSWER, Form(AnswerSchema), do, _("The member has been told."))


def place_hold(case_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        holds.place_hold(current_actor(), case_id, form.data["until"], form.data["hold_reason"])

    return _done(case_id, HOLD, Form(HoldSchema), do, _("The case is on hold: it is not erased."))


def review_hold(case_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        given = form.data
        holds.review_hold(current_actor(), case_id, given["until"], given["hold_reason"], seen=form.seen)

    return _done(case_id, HOLD, Form(HoldSchema), do, _("The hold goes on."))


def end_hold(case_id: UUID) -> ResponseReturnValue:
    def do(form: Form) -> None:
        holds.end_hold(current_actor(), case_id, form.data["end_reason"], seen=form.seen)

    return _done(case_id, END, Form(EndSchema), do, _("The hold has ended."))


def _done(case_id: UUID, key: str, form: Form, do: Callable[[Form], Any], said: str) -> ResponseReturnValue:
    return answer_form(
        form, lambda: do(form), lambda: _page(case_id, {key: form}), done=said, then=url_for(".retention"),
        passing=(NotFound, OwnCase, ConflictOfInterest),
    )  # fmt: skip


def _page(case_id: UUID, failed: Failed = MappingProxyType({})) -> str:
    """What is asked and held of a case; refused forms are shown again."""
    case = find_case(case_id)
    requests.require_retention(current_actor(), case)
    kind, request, hold = find_kind(case.kind), find_request(case.id), find_hold(case.id)
    is_over, mark = Phase(case.phase).is_over, hold.mark if hold else ""
    return render(
        "casework/retention/case.html", case=case, kind=kind, state=kind.table[case.state], hold=hold,
        reason=_reason(hold) if hold else "", needs_review=_needs_review(hold) if hold else False,
        request=request, asked=request if request is not None and request.answer is None else None,
        answer_by=answer_by(request) if request else None, now=now(),
        duty=duty_of(case), until=kept_until(case, kind) if is_over else None,
        owed=list_owed(case) if is_over else [],
        grounds=[(key, f"{ground.title} ({ground.source})") for key, ground in GROUNDS.items()],
        answer=failed.get(ANSWER) or Form(AnswerSchema), form=failed.get(HOLD) or Form(HoldSchema, seen=mark),
        end=failed.get(END) or Form(EndSchema, seen=mark), today=today_in_china().isoformat(),
    )  # fmt: skip


def _reason(hold: CaseHold) -> str:
    line = find_last_event(hold.case_id, (holds.HOLD, holds.REVIEW_HOLD))
    return unseal_notes([(line.id, line.note_cipher)])[0] if line else ""


def _needs_review(hold: CaseHold) -> bool:
    return hold.reviewed_at + REVIEW_EVERY < now()


CASE = "/<uuid:case_id>"
MEMBER_ROUTES = (Route(f"{CASE}/erasure", "ask_erasure", ask, "POST"),)
DESK_ROUTES = (
    Route("/retention", "retention", retention, right=RETAIN),
    Route(f"{CASE}/retention", "case_retention", case_retention, right=RETAIN, before_reading=True),
    Route(f"{CASE}/retention/answer", "answer_erasure", answer, "POST", RETAIN, before_reading=True),
    Route(f"{CASE}/hold", "place_hold", place_hold, "POST", RETAIN, before_reading=True),
    Route(f"{CASE}/hold/review", "review_hold", review_hold, "POST", RETAIN, before_reading=True),
    Route(f"{CASE}/hold/end", "end_hold", end_hold, "POST", RETAIN, before_reading=True),
)
