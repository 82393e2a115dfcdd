"""What people do with a team on their phones: found one, open a captain's link, hand it over, hand it in, leave it."""

from collections.abc import Callable
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.benefits.pace import paced
from app.core.access import signed_in
from app.core.attempts import Attempt
from app.core.clock import now
from app.core.errors import NotFound
from app.core.forms import Form, form_id
from app.core.theming import render
from app.modules.events.kinds.competition.own_page import render_own_page
from app.modules.events.kinds.competition.settings import TeamForm, TeamJoinForm
from app.modules.events.kinds.competition.teams import forming
from app.modules.events.kinds.competition.teams.queries import find_team, find_team_member
from app.modules.events.teams.links import is_good
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("teams", __name__, enable_openapi=False)


@blueprint.post("/<uuid:campaign_id>/team")
@signed_in
@paced(60)
def found(campaign_id: UUID) -> ResponseReturnValue:
    """Found a team."""
    form, once = Form(TeamForm), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            forming.found(current_actor(), once, campaign_id, **form.data)
            flash(_("Your team is founded. Send its link to the others."), "success")
            return _back(campaign_id)
    return render_own_page(campaign_id, form, once), attempt.status


@blueprint.get("/teams/<uuid:competition_team_id>/<token>")
@signed_in
def invitation(competition_team_id: UUID, token: str) -> ResponseReturnValue:
    """Where the link of a captain leads."""
    return _invitation_page(competition_team_id, token, Form(TeamJoinForm))


@blueprint.post("/teams/<uuid:competition_team_id>/<token>")
@signed_in
@paced(60)
def join(competition_team_id: UUID, token: str) -> ResponseReturnValue:
    """Join the team."""
    form = Form(TeamJoinForm)
    with Attempt(form) as attempt:
        if form.submit():
            team = forming.join(current_actor(), competition_team_id, token, name=form.data["name"])
            flash(_("You are in the team “%(team)s”.", team=team.name), "success")
            return _back(team.campaign_id)
    return _invitation_page(competition_team_id, token, form), attempt.status


@blueprint.post("/<uuid:campaign_id>/team/hand-in")
@signed_in
@paced(60)
def hand_in(campaign_id: UUID) -> ResponseReturnValue:
    """Hand the team's registration in, as its captain."""
    form, once = Form(Schema), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            forming.hand_in(current_actor(), once, campaign_id)
            flash(_("Your team is handed in and takes part."), "success")
            return _back(campaign_id)
    return render_own_page(campaign_id, form, once), attempt.status


@blueprint.post("/<uuid:campaign_id>/team/leave")
@signed_in
@paced(60)
def leave(campaign_id: UUID) -> ResponseReturnValue:
    """Leave the team; the captain leaves last."""
    return _press(campaign_id, lambda: forming.leave(current_actor(), campaign_id), _("You have left the team."))


@blueprint.post("/team-members/<uuid:competition_team_member_id>/put-out")
@signed_in
@paced(60)
def put_out(competition_team_member_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the team, as its captain."""
    return _press(
        find_team_member(competition_team_member_id).campaign_id,
        lambda: forming.put_out(current_actor(), competition_team_member_id),
        _("They are out of the team."),
    )


@blueprint.post("/team-members/<uuid:competition_team_member_id>/captain")
@signed_in
@paced(60)
def hand_over(competition_team_member_id: UUID) -> ResponseReturnValue:
    """Make somebody in the team its captain."""
    return _press(
        find_team_member(competition_team_member_id).campaign_id,
        lambda: forming.hand_over(current_actor(), competition_team_member_id),
        _("The team has another captain now."),
    )


def _press(campaign_id: UUID, do: Callable[[], object], said: str) -> ResponseReturnValue:
    """Do what a button of one's team does; what is refused stands on one's own page."""
    form = Form(Schema)
    with Attempt(form) as attempt:
        if form.submit():
            do()
            flash(said, "success")
            return _back(campaign_id)
    return render_own_page(campaign_id, form, uuid7()), attempt.status


def _back(campaign_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("events.competition.own", campaign_id=campaign_id), code=303)


def _invitation_page(team_id: UUID, token: str, form: Form) -> str:
    team = find_team(team_id)
    if team.dissolved_at is not None or not is_good(team.id, token):
        raise NotFound
    campaign, size = forming.require_teams(team.campaign_id)
    return render("events/competition/invitation.html", campaign=campaign, team=team, token=token, form=form, size=size, is_member=current_actor().is_member,
                  is_open=campaign.is_open_at(now()))  # fmt: skip
