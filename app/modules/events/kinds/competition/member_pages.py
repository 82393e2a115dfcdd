"""A contestant's pages: registering, how they stand, appealing and their certificate; and for everybody rankings and checking a certificate."""

from collections.abc import Hashable
from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.benefits.pressing import Presses
from app.core.access import member_only, public, signed_in
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, form_id
from app.core.ics import MEDIA_TYPE, CalendarEvent
from app.core.ics import calendar as write_calendar
from app.core.modules import Text
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.platform import platform
from app.core.theming import render
from app.modules.events.kinds.competition import certifying, deciding, queries, registering
from app.modules.events.kinds.competition.issuing import certificate_response
from app.modules.events.kinds.competition.models import MASKED, Contestant, Start
from app.modules.events.kinds.competition.own_page import WORDS, find_certificate, render_own_page
from app.modules.events.kinds.competition.settings import AppealForm, RegisterForm, rules_of
from app.modules.events.kinds.competition.standing import list_own_rounds
from app.modules.events.kinds.competition.states import PUBLIC
from app.modules.events.kinds.competition.teams import forming
from app.modules.events.kinds.competition.teams import pages as teams
from app.modules.events.kinds.competition.words import AWARDS, TIE_RULE
from app.modules.events.models import Campaign
from app.modules.events.queries import find_announced
from tenants.context import Plane, current_actor, current_zone
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "competition", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/competition",
    enable_openapi=False,
)  # fmt: skip
CHECKS = Presses("events.competition.check", 30, 60.0)
blueprint.register_blueprint(teams.blueprint)


@blueprint.get("/<uuid:campaign_id>")
@signed_in
def own(campaign_id: UUID) -> ResponseReturnValue:
    """How somebody who is signed in stands, or the form to register."""
    return render_own_page(campaign_id, Form(RegisterForm, {"shown": MASKED}), uuid7())


@blueprint.post("/<uuid:campaign_id>")
@signed_in
@paced(60)
def register(campaign_id: UUID) -> ResponseReturnValue:
    form, once = Form(RegisterForm), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            registering.register(current_actor(), once, campaign_id, **form.data)
            return redirect(url_for(".own", campaign_id=campaign_id), code=303)
    return render_own_page(campaign_id, form, once), attempt.status


@blueprint.post("/<uuid:campaign_id>/join")
@member_only
@paced(60)
def join(campaign_id: UUID) -> ResponseReturnValue:
    """Finish the registration of somebody who became a member on the way."""
    become = registering.join if rules_of(_campaign(campaign_id)).teams is None else forming.become_member
    return _step(campaign_id, become, _("Your registration is complete."))


@blueprint.post("/<uuid:campaign_id>/withdraw")
@signed_in
@paced(60)
def withdraw(campaign_id: UUID) -> ResponseReturnValue:
    return _step(campaign_id, registering.withdraw, _("You have withdrawn."))


@blueprint.get("/<uuid:campaign_id>/rounds.ics")
@signed_in
def rounds_file(campaign_id: UUID) -> ResponseReturnValue:
    """The rounds somebody is in, for their calendar."""
    campaign, contestant = _campaign(campaign_id), _contestant(campaign_id)
    host = current_zone().host
    events = [
        CalendarEvent(
            uid=f"{each.round.id}@{host}", starts_at=each.round.starts_at, ends_at=each.round.ends_at, sequence=0,
            summary=f"{campaign.title} · {each.round.title}", location=each.round.venue,
            description=platform().url(host, url_for(".own", campaign_id=campaign_id)),
        )
        for each in list_own_rounds(contestant)
    ]  # fmt: skip
    return Response(write_calendar(events), mimetype=MEDIA_TYPE)


@blueprint.get("/starts/<uuid:competition_start_id>/appeal")
@signed_in
def appeal(competition_start_id: UUID) -> ResponseReturnValue:
    return _appeal_page(_own_start(competition_start_id), Form(AppealForm), uuid7())


@blueprint.post("/starts/<uuid:competition_start_id>/appeal")
@signed_in
@paced(20)
def send_appeal(competition_start_id: UUID) -> ResponseReturnValue:
    """Appeal against one's own score."""
    start, form, once = _own_start(competition_start_id), Form(AppealForm), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            deciding.appeal(current_actor(), once, competition_start_id, form.data["reason"])
            flash(_("Your appeal is with the organisers. The answer stands here, and you are told."), "success")
            return redirect(url_for(".own", campaign_id=start.campaign_id), code=303)
    return _appeal_page(_own_start(competition_start_id), form, once), attempt.status


@blueprint.get("/<uuid:campaign_id>/certificate.pdf")
@signed_in
def certificate(campaign_id: UUID) -> ResponseReturnValue:
    """One's own certificate."""
    contestant = _contestant(campaign_id)
    found = find_certificate(contestant, current_actor())
    if found is None or found.revoked_at is not None:
        raise NotFound
    return certificate_response(found, contestant, _campaign(campaign_id))


@blueprint.get("/rounds/<uuid:competition_round_id>")
@public
@cached_page()
def ranking(competition_round_id: UUID) -> ResponseReturnValue:
    """A published ranking; names are whole where their contestants wished it so. Judges score by numbers and are not to know whose
    they are: the numbers are left out until the last round is final."""
    held = queries.find_round(competition_round_id)
    campaign = _campaign(held.campaign_id)
    if held.state not in PUBLIC:
        raise NotFound
    return render("events/competition/ranking.html", campaign=campaign, round=held, rows=queries.list_starts(held.id),
                  numbered=queries.is_over(campaign.id), tie_rule=TIE_RULE, **WORDS)  # fmt: skip


@blueprint.get("/check/<serial>")
@public
def check(serial: str) -> ResponseReturnValue:
    """Whether a certificate is good, for whoever has it in hand; without the code on it nobody learns of any."""
    CHECKS.count(_visitor())
    code = request.args.get("code", "")[:80]
    found = certifying.check(serial[:40], code) if code else None
    campaign = find_announced(found.campaign_id) if found else None
    return render("events/competition/check.html", serial=serial[:40], code=code, found=found, campaign=campaign, awards=AWARDS)  # fmt: skip


def _step(campaign_id: UUID, step, done: Text) -> ResponseReturnValue:
    form = Form(RegisterForm)
    with Attempt(form) as attempt:
        step(current_actor(), campaign_id)
        flash(str(done), "success")
        return redirect(url_for(".own", campaign_id=campaign_id), code=303)
    return render_own_page(campaign_id, form, uuid7()), attempt.status


def _appeal_page(start: Start, form: Form, once: UUID) -> str:
    held = queries.find_round(start.round_id)
    return render("events/competition/appeal.html", campaign=_campaign(start.campaign_id), round=held, start=start, form=form, once=once,
                  is_open=deciding.may_appeal(held), **WORDS)  # fmt: skip


def _own_start(start_id: UUID) -> Start:
    start = queries.find_start(start_id)
    if _contestant(start.campaign_id).id != start.contestant_id:
        raise NotFound
    return start


def _contestant(campaign_id: UUID) -> Contestant:
    found = queries.find_own(campaign_id, current_actor())
    if found is None:
        raise NotFound
    return found


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="competition")


def _visitor() -> Hashable:
    return current_actor().account_id or request.remote_addr
