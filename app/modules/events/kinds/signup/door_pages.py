"""What a door-keeper has on the phone: the sessions, a scan, and the list of each on its days."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import DomainError
from app.core.forms import Form, number_asked
from app.core.identifiers.masks import mask_name
from app.core.theming import render
from app.members.queries import names_of
from app.modules.events.kinds.signup import attending, doors, queries
from app.modules.events.kinds.signup.models import Registration
from app.modules.events.kinds.signup.rights import DOOR
from app.modules.events.kinds.signup.settings import CodeForm
from app.modules.events.kinds.signup.words import DESK_COLOURS, STATES
from tenants.context import current_actor

blueprint = APIBlueprint("doors", __name__, enable_openapi=False)


@blueprint.get("/check-in")
@requires(DOOR)
@paced(600)
def check_in() -> ResponseReturnValue:
    """Scan or type a code; with one, whose it is and the button that checks them in."""
    code = request.args.get("code", "")
    form = Form(CodeForm, {"code": code})
    if not code:
        return render("events/signup/desk/scan.html", form=form)
    try:
        found = attending.find_shown(code)
        doors.require_keeper(current_actor(), found.campaign_id)
    except DomainError as refusal:
        form.refuse(refusal)
        return render("events/signup/desk/scan.html", form=form), refusal.status
    return _found_page(found, form)


@blueprint.post("/registrations/<uuid:signup_registration_id>/attend")
@requires(DOOR)
@paced(1200)
def attend(signup_registration_id: UUID) -> ResponseReturnValue:
    """Check somebody in, from the scan or from the list."""
    form, found = Form(CodeForm), queries.find_registration(signup_registration_id)
    doors.find_door(current_actor(), found.session_id)
    form.submit()
    with Attempt(form) as attempt:
        attending.check_in(signup_registration_id)
        flash(_("Checked in."), "success")
        if "scanned" in request.form:
            return redirect(url_for(".check_in"), code=303)
        if "door" in request.form:
            return redirect(
                url_for(".page", signup_session_id=found.session_id, q=request.form["door"] or None), code=303
            )
        return redirect(url_for("console_events.signup.session", signup_session_id=found.session_id), code=303)
    return _found_page(queries.find_registration(signup_registration_id), form), attempt.status


@blueprint.get("/doors/")
@requires(DOOR)
def index() -> ResponseReturnValue:
    """The sessions at which the actor checks in."""
    return render("events/signup/desk/doors.html", doors=doors.list_doors(current_actor()))


@blueprint.get("/doors/<uuid:signup_session_id>")
@requires(DOOR)
def page(signup_session_id: UUID) -> ResponseReturnValue:
    """Who is expected, by name, on the days of the session."""
    session, text = doors.find_door(current_actor(), signup_session_id), request.args.get("q", "").strip(" \0")
    is_listed = doors.is_listed(session)
    rows = (
        queries.list_expected(session.id, text, after=number_asked("after"), limit=queries.PAGE + 1)
        if is_listed
        else []
    )
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    here = url_for(".page", signup_session_id=session.id)
    return render(
        "events/signup/desk/door_list.html", session=session, rows=rows, is_listed=is_listed, text=text, states=STATES, colours=DESK_COLOURS,
        counts=queries.count_by_state(session.id), filter={"values": {"q": text} if text else {}, "errors": {}}, here=here,
        next_href=url_for(".page", signup_session_id=session.id, q=text or None, after=rows[-1].Registration.place) if more else "",
        crumbs=[{"title": _("Check in"), "href": url_for(".index")}, {"title": session.title}],
    )  # fmt: skip


def _found_page(found: Registration, form: Form) -> str:
    name = mask_name(names_of([found.member_id]).get(found.member_id, ""))
    return render("events/signup/desk/found.html", registration=found, session=queries.find_session(found.session_id),
                  name=name, form=form, states=STATES, colours=DESK_COLOURS)  # fmt: skip
