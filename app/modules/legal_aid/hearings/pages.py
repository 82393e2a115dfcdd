"""Where hearings are set, moved, cancelled and written up, by the desk and by the lawyer on pages of their own."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.casework.case_page import case_page
from app.casework.queries import find_own_case
from app.casework.reviews import open_case
from app.casework.routes import REVIEW, Route
from app.core.access import own_things
from app.core.errors import Conflict, InvalidInput
from app.core.forms import Form, form_id
from app.core.transactions import finish
from app.modules.legal_aid.hearings import operations
from app.modules.legal_aid.hearings.display import ics_file, told_event
from app.modules.legal_aid.hearings.inputs import TOLD, CancelSchema, HearingSchema, OutcomeSchema
from app.modules.legal_aid.hearings.models import Stage
from app.modules.legal_aid.hearings.operations import HearingFacts
from app.modules.legal_aid.hearings.panel import KEY
from app.modules.legal_aid.hearings.queries import find_line
from app.modules.legal_aid.lawyers.counsel_pages import COUNSEL, counsel_case_page
from tenants.context import current_actor

Page = Callable[..., str]


class HearingForm(Form):
    """A form about a hearing; None for one that is new."""

    def __init__(self, schema: type[Schema], about: UUID | None) -> None:
        super().__init__(schema)
        self.about = about


def _routes(prefix: str, name: str, right: str, page: Page, case_endpoint: str) -> tuple[Route, ...]:
    """The same four deeds for the desk and for lawyers; `page` shows the case again, `case_endpoint` leads back to it."""

    def act(case_id: UUID, form: HearingForm, do: Callable[[dict[str, Any]], object], said: str) -> ResponseReturnValue:
        if not form.submit():
            return page(case_id, failed={KEY: form}), 422
        try:
            do(form.data)
        except (InvalidInput, Conflict) as refusal:
            finish(succeeded=False)
            form.refuse(refusal)
            return page(case_id, failed={KEY: form}), refusal.status
        flash(said, "success")
        return redirect(url_for(case_endpoint, case_id=case_id))

    def set_hearing(case_id: UUID) -> ResponseReturnValue:
        hearing_id = form_id()

        def do(data: dict[str, Any]) -> None:
            operations.set_hearing(current_actor(), case_id, hearing_id, _facts(data))
            _warn(case_id, hearing_id)

        return act(case_id, HearingForm(HearingSchema, None), do, _("The hearing is set; member and lawyer are told."))

    def move_hearing(case_id: UUID, hearing_id: UUID) -> ResponseReturnValue:
        form = HearingForm(HearingSchema, hearing_id)

        def do(data: dict[str, Any]) -> None:
            operations.move_hearing(current_actor(), case_id, hearing_id, _facts(data), seen=form.seen)
            _warn(case_id, hearing_id)

        return act(case_id, form, do, _("The hearing is moved; member and lawyer are told."))

    def cancel_hearing(case_id: UUID, hearing_id: UUID) -> ResponseReturnValue:
        return act(
            case_id, HearingForm(CancelSchema, hearing_id),
            lambda data: operations.cancel_hearing(current_actor(), case_id, hearing_id, data["cancel_reason"]),
            _("The hearing is cancelled; member and lawyer are told."),
        )  # fmt: skip

    def note_outcome(case_id: UUID, hearing_id: UUID) -> ResponseReturnValue:
        form = HearingForm(OutcomeSchema, hearing_id)
        return act(
            case_id, form,
            lambda data: operations.note_outcome(
                current_actor(), case_id, hearing_id, data["hearing_outcome"], seen=form.seen
            ),
            _("Written down; the member can read it."),
        )  # fmt: skip

    def calendar_file(case_id: UUID, hearing_id: UUID) -> ResponseReturnValue:
        case = open_case(current_actor(), case_id)
        return ics_file([told_event(find_line(case.id, hearing_id))], case.number or "")

    hearings, one = f"{prefix}/hearings", f"{prefix}/hearings/<uuid:hearing_id>"
    return (
        Route(hearings, f"{name}set_hearing", set_hearing, "POST", right),
        Route(f"{one}/move", f"{name}move_hearing", move_hearing, "POST", right),
        Route(f"{one}/cancel", f"{name}cancel_hearing", cancel_hearing, "POST", right),
        Route(f"{one}/outcome", f"{name}note_outcome", note_outcome, "POST", right),
        Route(f"{one}.ics", f"{name}hearing_file", calendar_file, right=right),
    )


@own_things
def own_calendar_file(case_id: UUID, hearing_id: UUID) -> ResponseReturnValue:
    case = find_own_case(current_actor(), case_id)
    return ics_file([told_event(find_line(case.id, hearing_id))], case.number or "")


def _facts(data: dict[str, Any]) -> HearingFacts:
    return HearingFacts(Stage(data["stage"]), data["starts_at"], data["minutes"], {name: data[name] for name in TOLD})


def _warn(case_id: UUID, hearing_id: UUID) -> None:
    if find_line(case_id, hearing_id).overlaps:
        flash(_("The lawyer has another hearing at that time. Please see to it."), "warning")


DESK_ROUTES = _routes("/<uuid:case_id>", "", REVIEW, case_page, ".case")
COUNSEL_ROUTES = _routes("/counsel/<uuid:case_id>", "counsel_", COUNSEL, counsel_case_page, ".counsel_case")
MEMBER_ROUTES = (Route("/<uuid:case_id>/hearings/<uuid:hearing_id>.ics", "hearing_file", own_calendar_file),)
