"""A member's sign-ups: the sessions with the seats left, registering, and what one has."""

from uuid import UUID

from flask import Response, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import acting_member, member_only, own_things
from app.core.attempts import Attempt
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.ics import MEDIA_TYPE, CalendarEvent
from app.core.ics import calendar as write_calendar
from app.core.modules import Text
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.rotating_codes import LASTS
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.entering import is_invited
from app.modules.events.kinds.signup import attending, registering
from app.modules.events.kinds.signup.models import Registration
from app.modules.events.kinds.signup.queries import (
    count_standing,
    find_registration,
    find_session,
    list_own,
    list_sessions,
    notes_of,
)
from app.modules.events.kinds.signup.settings import NoteForm, terms_of
from app.modules.events.kinds.signup.states import State
from app.modules.events.kinds.signup.words import STATES, STATES_COLOURS, TAKEN
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import Plane, current_actor, current_zone

blueprint = PlacedBlueprint(
    "signup",
    __name__,
    place=Place.ZONE,
    plane=Plane.MEMBER,
    module="events",
    url_prefix="/signup",
    enable_openapi=False,
)
WORDS = {"states": STATES, "colours": STATES_COLOURS}


@blueprint.get("/<uuid:campaign_id>")
@own_things
def sessions(campaign_id: UUID) -> ResponseReturnValue:
    """The sessions as they are now, each with what the member has of it."""
    campaign, member_id = _campaign(campaign_id), current_actor().member_id
    own = list_own(member_id, campaign_id) if member_id else {}
    found = list_sessions(campaign_id)
    is_open = campaign.is_open_at(now())
    free = {each.id for each in found if is_open and each.cancelled_at is None and each.sign_up_until > now()}
    return render("events/signup/sessions.html", campaign=campaign, sessions=found, own=own, free=free, **WORDS)


@blueprint.get("/sessions/<uuid:signup_session_id>")
@member_only
def ask(signup_session_id: UUID) -> ResponseReturnValue:
    return _ask_page(signup_session_id, Form(NoteForm))


@blueprint.post("/sessions/<uuid:signup_session_id>")
@member_only
@paced(60)
def register(signup_session_id: UUID) -> ResponseReturnValue:
    form = Form(NoteForm)
    with Attempt(form) as attempt:
        if form.submit():
            made = registering.register(acting_member(), signup_session_id, form.data["note"])
            return redirect(url_for(".registration", signup_registration_id=made.id), code=303)
    return _ask_page(signup_session_id, form), attempt.status


@blueprint.get("/registrations/<uuid:signup_registration_id>")
@own_things
def registration(signup_registration_id: UUID) -> ResponseReturnValue:
    """One registration; while it has a seat with the code of this half minute, and the page asks for the next one by itself."""
    found = find_registration(signup_registration_id, acting_member())
    answer = make_response(_registration_page(found, Form(NoteForm)))
    if _is_shown(found):
        answer.headers["Refresh"] = str(LASTS)
    return answer


@blueprint.get("/registrations/<uuid:signup_registration_id>/session.ics")
@own_things
def session_file(signup_registration_id: UUID) -> ResponseReturnValue:
    """The session somebody has a seat in, for their calendar; cancelled it says so."""
    found = find_registration(signup_registration_id, acting_member())
    if found.state not in (State.REGISTERED, State.ATTENDED):
        raise NotFound
    session, host = find_session(found.session_id), current_zone().host
    event = CalendarEvent(
        uid=f"{session.id}@{host}", starts_at=session.starts_at, ends_at=session.ends_at, sequence=session.version,
        summary=f"{_campaign(found.campaign_id).title} · {session.title}", location=session.venue, is_cancelled=session.cancelled_at is not None,
        description=platform().url(host, url_for(".registration", signup_registration_id=found.id)),
    )  # fmt: skip
    return Response(write_calendar([event]), mimetype=MEDIA_TYPE)


@blueprint.post("/registrations/<uuid:signup_registration_id>/confirm")
@member_only
@paced(60)
def confirm(signup_registration_id: UUID) -> ResponseReturnValue:
    return _step(signup_registration_id, registering.confirm, TAKEN["confirmed"])


@blueprint.post("/registrations/<uuid:signup_registration_id>/cancel")
@own_things
@paced(60)
def cancel(signup_registration_id: UUID) -> ResponseReturnValue:
    return _step(signup_registration_id, registering.cancel, TAKEN["cancelled"])


@blueprint.get("/here/<uuid:signup_session_id>")
@member_only
def here(signup_session_id: UUID) -> ResponseReturnValue:
    """Where the QR code at the door leads."""
    return _here_page(signup_session_id, Form(NoteForm, {"code": request.args.get("code", "")}))


@blueprint.post("/here/<uuid:signup_session_id>")
@member_only
@paced(60)
def come(signup_session_id: UUID) -> ResponseReturnValue:
    code = request.form.get("code", "")
    form = Form(NoteForm, {"code": code})
    with Attempt(form) as attempt:
        done = attending.check_in_at_door(acting_member(), signup_session_id, code)
        flash(_("You are checked in."), "success")
        return redirect(url_for(".registration", signup_registration_id=done.id), code=303)
    return _here_page(signup_session_id, form), attempt.status


def _step(registration_id: UUID, step, done: Text) -> ResponseReturnValue:
    try:
        step(acting_member(), registration_id)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form = Form(NoteForm)
        form.refuse(refusal)
        return _registration_page(find_registration(registration_id, acting_member()), form), refusal.status
    flash(str(done), "success")
    return redirect(url_for(".registration", signup_registration_id=registration_id), code=303)


def _ask_page(session_id: UUID, form: Form) -> str:
    session = find_session(session_id)
    campaign = _campaign(session.campaign_id)
    return render(
        "events/signup/ask.html", campaign=campaign, session=session, form=form,
        is_open=campaign.is_open_at(now()) and session.cancelled_at is None and session.sign_up_until > now(),
        cancel_until=terms_of(campaign).cancel_until(session), is_invited=is_invited(acting_member(), campaign),
    )  # fmt: skip


def _registration_page(found: Registration, form: Form) -> str:
    session, campaign = find_session(found.session_id), _campaign(found.campaign_id)
    return render(
        "events/signup/registration.html", campaign=campaign, session=session, registration=found, form=form, lasts=LASTS,
        shown=attending.CODE.show(found.serial) if _is_shown(found) else None, note=notes_of([found])[found.id],
        may_cancel=registering.may_cancel(found, session, campaign), cancel_until=terms_of(campaign).cancel_until(session),
        standing=count_standing(found) if found.state == State.WAITING else 0, is_over=session.ends_at <= now(), **WORDS,
    )  # fmt: skip


def _is_shown(found: Registration) -> bool:
    session = find_session(found.session_id)
    return found.state == State.REGISTERED and session.cancelled_at is None and now() < session.ends_at


def _here_page(session_id: UUID, form: Form) -> str:
    session = find_session(session_id)
    own = list_own(acting_member(), session.campaign_id).get(session_id)
    return render("events/signup/here.html", campaign=_campaign(session.campaign_id), session=session, form=form,
                  own=own if own and own.state != State.CANCELLED else None)  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="signup")
