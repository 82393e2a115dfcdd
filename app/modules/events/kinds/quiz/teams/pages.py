"""What members do with a team on their phones: found one, open a captain's link, hand it over, leave it."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.benefits.pace import paced
from app.core.access import acting_member, member_only
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, form_id
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.kinds.quiz.own_page import render_own_page
from app.modules.events.kinds.quiz.teams import forming
from app.modules.events.kinds.quiz.teams.queries import find_team, find_team_member
from app.modules.events.queries import find_announced
from app.modules.events.teams.links import is_good
from app.modules.events.teams.settings import TeamNameForm
from tenants.context import Plane
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "teams", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", enable_openapi=False
)


@blueprint.post("/<uuid:campaign_id>/team")
@member_only
@paced(60)
def found(campaign_id: UUID) -> ResponseReturnValue:
    """Found a team."""
    form, once = Form(TeamNameForm), form_id()
    with Attempt(form) as attempt:
        if form.submit():
            forming.found(acting_member(), once, campaign_id, team=form.data["team"])
            flash(_("Your team is founded. Send its link to the others."), "success")
            return _back(campaign_id)
    return _own_page(campaign_id, form, once), attempt.status


@blueprint.get("/teams/<uuid:quiz_team_id>/<token>")
@member_only
def invitation(quiz_team_id: UUID, token: str) -> ResponseReturnValue:
    """Where the link of a captain leads."""
    return _invitation_page(quiz_team_id, token, Form(Schema))


@blueprint.post("/teams/<uuid:quiz_team_id>/<token>")
@member_only
@paced(60)
def join(quiz_team_id: UUID, token: str) -> ResponseReturnValue:
    """Join the team."""
    form = Form(Schema)
    with Attempt(form) as attempt:
        if form.submit():
            team = forming.join(acting_member(), quiz_team_id, token)
            flash(_("You are in the team “%(team)s”.", team=team.name), "success")
            return _back(team.campaign_id)
    return _invitation_page(quiz_team_id, token, form), attempt.status


@blueprint.post("/<uuid:campaign_id>/team/leave")
@member_only
@paced(60)
def leave(campaign_id: UUID) -> ResponseReturnValue:
    """Leave the team; the captain leaves last."""
    return _press(campaign_id, lambda: forming.leave(acting_member(), campaign_id), _("You have left the team."))


@blueprint.post("/team-members/<uuid:quiz_team_member_id>/put-out")
@member_only
@paced(60)
def put_out(quiz_team_member_id: UUID) -> ResponseReturnValue:
    """Take somebody out of the team, as its captain."""
    return _press(
        find_team_member(quiz_team_member_id).campaign_id,
        lambda: forming.put_out(acting_member(), quiz_team_member_id),
        _("They are out of the team."),
    )


@blueprint.post("/team-members/<uuid:quiz_team_member_id>/captain")
@member_only
@paced(60)
def hand_over(quiz_team_member_id: UUID) -> ResponseReturnValue:
    """Make somebody in the team its captain."""
    return _press(
        find_team_member(quiz_team_member_id).campaign_id,
        lambda: forming.hand_over(acting_member(), quiz_team_member_id),
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
    return _own_page(campaign_id, form, uuid7()), attempt.status


def _back(campaign_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("events.quiz.own", campaign_id=campaign_id), code=303)


def _own_page(campaign_id: UUID, form: Form, once: UUID) -> str:
    return render_own_page(find_announced(campaign_id, kind="quiz"), form, once)


def _invitation_page(team_id: UUID, token: str, form: Form) -> str:
    team = find_team(team_id)
    if team.dissolved_at is not None or not is_good(team.id, token):
        raise NotFound
    campaign, size = forming.require_teams(team.campaign_id)
    return render(
        "events/quiz/invitation.html",
        campaign=campaign,
        team=team,
        token=token,
        form=form,
        size=size,
        is_forming=forming.is_forming(campaign),
    )
