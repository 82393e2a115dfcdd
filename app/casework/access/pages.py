"""What the desk does about who takes part in a case."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.access.inputs import OpeningSchema, ParticipantSchema
from app.casework.access.operations import break_glass, declare_conflict, name_participant, remove_participant
from app.casework.access.panels import OPENING
from app.casework.assignment.colleagues import list_suited
from app.casework.case_page import case_page
from app.casework.errors import NobodyToName
from app.casework.pace import IN_CLEAR
from app.casework.queries import find_case
from app.casework.routes import REVIEW, Route
from app.core.clock import today_in_china
from app.core.errors import InvalidInput
from app.core.forms import Form, parse_uuid
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor


def participants(case_id: UUID) -> ResponseReturnValue:
    return _page(case_id, Form(ParticipantSchema))


def name(case_id: UUID) -> ResponseReturnValue:
    form = Form(ParticipantSchema)
    if not form.submit():
        return _page(case_id, form), 422
    try:
        chosen = {one.account_id: one for one in list_suited(find_case(case_id))}.get(form.data["participant"])
        if chosen is None:
            raise NobodyToName(field="participant")
        name_participant(current_actor(), case_id, chosen, form.data["until"])
    except InvalidInput as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(case_id, form), refusal.status
    flash(_("%(name)s can read the case now.", name=chosen.name), "success")
    return redirect(url_for(".case", case_id=case_id))


def remove(case_id: UUID) -> ResponseReturnValue:
    if (account_id := parse_uuid(request.form.get("participant", ""))) is not None:
        remove_participant(current_actor(), case_id, account_id)
        flash(_("They can’t read the case any more."), "success")
    return redirect(url_for(".case", case_id=case_id))


def declare(case_id: UUID) -> ResponseReturnValue:
    declare_conflict(current_actor(), case_id)
    flash(_("Noted: others deal with this case."), "success")
    return redirect(url_for(".queue_list"))


def open_for_reason(case_id: UUID) -> ResponseReturnValue:
    form = Form(OpeningSchema)
    if not form.submit():
        return case_page(case_id, failed={OPENING: form}), 422
    break_glass(current_actor(), case_id, form.data["opening_reason"])
    flash(_("The case is open to you for 24 hours. The member is told."), "warning")
    return redirect(url_for(".case", case_id=case_id))


def _page(case_id: UUID, form: Form) -> str:
    case = find_case(case_id)
    return render(
        "casework/desk/participants.html",
        case=case,
        form=form,
        today=today_in_china().isoformat(),
        options=[(one.account_id, one.name) for one in list_suited(case) if one.account_id != case.handler_id],
    )


ROUTES = (
    Route("/<uuid:case_id>/participants", "participants", participants, right=REVIEW),
    Route("/<uuid:case_id>/participants", "name_participant", name, "POST", REVIEW),
    Route("/<uuid:case_id>/participants/remove", "remove_participant", remove, "POST", REVIEW),
    Route("/<uuid:case_id>/conflicts", "declare_conflict", declare, "POST", REVIEW, before_reading=True),
    Route(
        "/<uuid:case_id>/openings", "break_glass", open_for_reason, "POST", REVIEW, before_reading=True, pace=IN_CLEAR
    ),
)
