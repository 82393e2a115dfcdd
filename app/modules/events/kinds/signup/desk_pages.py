"""The staff's pages of a sign-up: writing sessions, moving and cancelling them, the list of each, and check-in."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.clock import CHINA, now
from app.core.downloads import in_file, workbook
from app.core.forms import Form, form_id, number_asked
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.sheets import write_sheet
from app.core.theming import render
from app.members.queries import names_of
from app.modules.events.crumbs import Crumb, crumbs
from app.modules.events.kinds.signup import attending, door_pages, keeper_pages, queries, sessions
from app.modules.events.kinds.signup.models import Session
from app.modules.events.kinds.signup.sessions import When
from app.modules.events.kinds.signup.settings import CodeForm, MoveForm, ReasonForm, SessionForm
from app.modules.events.kinds.signup.states import State
from app.modules.events.kinds.signup.words import DESK_COLOURS, STATES
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane, current_actor, current_zone
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "signup", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/signup", enable_openapi=False
)
for part in (door_pages, keeper_pages):
    blueprint.register_blueprint(part.blueprint)
MOMENT = "%Y-%m-%dT%H:%M"
WHEN = ("venue", "starts_at", "ends_at", "sign_up_until", "seats")


@blueprint.get("/<uuid:campaign_id>/sessions/new")
@requires(MANAGE)
def new(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    return _edit_page(campaign, Form(SessionForm, {"seats": 30}, seen=campaign.mark), uuid7())


@blueprint.get("/sessions/<uuid:signup_session_id>/edit")
@requires(MANAGE)
def edit(signup_session_id: UUID) -> ResponseReturnValue:
    session = queries.find_session(signup_session_id)
    campaign = _campaign(session.campaign_id)
    return _edit_page(campaign, Form(SessionForm, _as_typed(session), seen=campaign.mark), session.id)


@blueprint.post("/<uuid:campaign_id>/sessions")
@requires(MANAGE)
@paced(120)
def save(campaign_id: UUID) -> ResponseReturnValue:
    """Write a session of a draft, a new one or one there is."""
    _campaign(campaign_id)
    form, session_id = Form(SessionForm), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            sessions.write_session(
                current_actor(), campaign_id, session_id, form.data["title"], _when(form), seen=form.seen
            )
            return redirect(url_for("console_events.campaign", campaign_id=campaign_id), code=303)
    return _edit_page(_campaign(campaign_id), form, session_id), attempt.status


@blueprint.post("/sessions/<uuid:signup_session_id>/drop")
@requires(MANAGE)
@paced(120)
def drop(signup_session_id: UUID) -> ResponseReturnValue:
    campaign_id, form = queries.find_session(signup_session_id).campaign_id, Form(CodeForm)
    form.submit()
    sessions.drop_session(current_actor(), signup_session_id, seen=form.seen)
    return redirect(url_for("console_events.campaign", campaign_id=campaign_id), code=303)


@blueprint.get("/sessions/<uuid:signup_session_id>")
@requires(MANAGE)
def session(signup_session_id: UUID) -> ResponseReturnValue:
    return _session_page(queries.find_session(signup_session_id))


@blueprint.post("/sessions/<uuid:signup_session_id>/move")
@requires(MANAGE)
@paced(60)
def move(signup_session_id: UUID) -> ResponseReturnValue:
    form = Form(MoveForm)
    return _change(
        signup_session_id,
        form,
        move=form,
        done=_("The session is moved, and who registered is told."),
        do=lambda: sessions.move_session(
            current_actor(), signup_session_id, _when(form), reason=form.data["reason"], seen=form.seen
        ),
    )


@blueprint.post("/sessions/<uuid:signup_session_id>/cancel")
@requires(MANAGE)
@paced(60)
def cancel(signup_session_id: UUID) -> ResponseReturnValue:
    form = Form(ReasonForm)
    return _change(
        signup_session_id,
        form,
        cancel=form,
        done=_("The session is cancelled, and who registered is told."),
        do=lambda: sessions.cancel_session(
            current_actor(), signup_session_id, reason=form.data["reason"], seen=form.seen
        ),
    )


@blueprint.post("/registrations/<uuid:signup_registration_id>/release")
@requires(MANAGE)
@paced(120)
def release(signup_registration_id: UUID) -> ResponseReturnValue:
    """Free somebody's seat."""
    form = Form(ReasonForm)
    return _change(
        queries.find_registration(signup_registration_id).session_id,
        form,
        done=_("The seat is free, and the member is told."),
        do=lambda: attending.release(signup_registration_id, reason=form.data["reason"]),
    )


@blueprint.get("/sessions/<uuid:signup_session_id>/list.xlsx")
@requires(MANAGE)
def export(signup_session_id: UUID) -> ResponseReturnValue:
    """The list of a session as a workbook."""
    found = queries.find_session(signup_session_id)
    lines = _lines(found)
    headers = [
        _("Place in line"),
        _("Member"),
        _("State"),
        _("Registered"),
        _("Checked in"),
        _("Note for the organisers"),
    ]
    rows = [
        (each["registration"].place, each["name"], str(STATES[State(each["registration"].state)]),
         each["registration"].registered_at, each["registration"].attended_at, each["note"])
        for each in lines
    ]  # fmt: skip
    record("events.signup_export", object_type="events_campaign", object_id=found.campaign_id, session=found.title,
           rows=len(rows))  # fmt: skip
    target, _count = in_file(lambda target: write_sheet(target, headers, rows))
    return workbook(target, found.title, "sign-ups")


@blueprint.get("/sessions/<uuid:signup_session_id>/door")
@requires(MANAGE)
def door(signup_session_id: UUID) -> ResponseReturnValue:
    """The QR code to hang at the door."""
    found = queries.find_session(signup_session_id)
    link = url_for("events.signup.here", signup_session_id=found.id, code=attending.door_code(found.id))
    return render(
        "events/signup/desk/door.html", session=found, picture=qr_picture(platform().url(current_zone().host, link)),
        crumbs=crumbs(_campaign(found.campaign_id), _crumb(found)),
    )  # fmt: skip


def _change(session_id: UUID, form: Form, *, do, done: str, **forms: Form) -> ResponseReturnValue:
    with Attempt(form) as attempt:
        if form.submit():
            do()
            flash(done, "success")
            return redirect(url_for(".session", signup_session_id=session_id), code=303)
    return _session_page(queries.find_session(session_id), form, **forms), attempt.status


def _when(form: Form) -> When:
    return When(**{name: form.data[name] for name in WHEN})


def _session_page(
    found: Session, refused: Form | None = None, *, move: Form | None = None, cancel: Form | None = None
) -> str:
    campaign, lines = _campaign(found.campaign_id), _lines(found, after=number_asked("after"), limit=queries.PAGE + 1)
    more, lines = len(lines) > queries.PAGE, lines[: queries.PAGE]
    return render(
        "events/signup/desk/session.html", session=found, campaign=campaign, lines=lines, refused=refused,
        next_href=url_for(".session", signup_session_id=found.id, after=lines[-1]["registration"].place) if more else "",
        counts=queries.count_by_state(found.id), states=STATES, colours=DESK_COLOURS,
        move=move or Form(MoveForm, _as_typed(found), seen=found.mark), cancel=cancel or Form(ReasonForm, seen=found.mark),
        reason=Form(ReasonForm), is_changeable=bool(campaign.frozen_at) and not found.cancelled_at and found.ends_at > now(),
        crumbs=crumbs(campaign, _crumb(found)),
    )  # fmt: skip


def _lines(found: Session, *, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
    """Registrations behind one place, each with the member's name and note."""
    registrations = queries.list_registrations(found.id, after=after, limit=limit)
    names, notes = names_of(each.member_id for each in registrations), queries.notes_of(registrations)
    return [
        {"registration": each, "name": names.get(each.member_id, "–"), "note": notes[each.id]} for each in registrations
    ]


def _edit_page(campaign: Campaign, form: Form, session_id: UUID) -> str:
    return render("events/signup/desk/edit.html", campaign=campaign, form=form, once=session_id,
                  crumbs=crumbs(campaign, _("Session")))  # fmt: skip


def _as_typed(found: Session) -> dict[str, Any]:
    typed = {name: getattr(found, name) for name in ("title", *WHEN)}
    return {name: _local(value) if isinstance(value, datetime) else value for name, value in typed.items()}


def _local(at: datetime) -> str:
    return at.astimezone(CHINA).strftime(MOMENT)


def _crumb(found: Session) -> Crumb:
    return {"title": found.title, "href": url_for(".session", signup_session_id=found.id)}


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="signup")
