"""Redraws for staff: asking to draw a prize again, and deciding what another asked."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.benefits.deciding import LONGEST_REASON, decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, form_id, parse_uuid
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.prizes import redrawing
from app.modules.events.prizes.models import PROPOSED, Why
from app.modules.events.prizes.words import REDRAWN, WHY
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE, REVIEW
from app.unions.schemas import between
from tenants.context import Plane, current_actor
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "redraws", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", enable_openapi=False
)


class RedrawForm(Schema):
    """Which win is drawn again, why, and in words."""

    win = fields.UUID(load_default=None)
    why = fields.String(required=True, validate=validate.OneOf(PROPOSED))
    ground = fields.String(required=True, validate=between(2, LONGEST_REASON))


@blueprint.get("/<uuid:campaign_id>/redraws")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    """The redraws of a campaign, and the form for one of `win`."""
    return _page(campaign_id, Form(RedrawForm, {"win": request.args.get("win", "")}))


@blueprint.post("/<uuid:campaign_id>/redraws")
@requires(MANAGE)
@paced(60)
def propose(campaign_id: UUID) -> ResponseReturnValue:
    form = Form(RedrawForm)
    if not form.submit():
        return _page(campaign_id, form), 422
    facts = {"win_id": form.data["win"], "why": Why(form.data["why"]), "ground": form.data["ground"]}
    with Attempt(form) as attempt:
        redrawing.propose(current_actor(), form_id(), campaign_id, **facts)
        flash(_("It waits for a second person now."), "success")
        return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


@blueprint.post("/redraws/<uuid:redraw_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(redraw_id: UUID) -> ResponseReturnValue:
    campaign_id = redrawing.find_redraw(redraw_id).campaign_id
    return decide_on(
        redrawing.take_step, redraw_id, "withdraw",
        then=redirect(url_for(".index", campaign_id=campaign_id), code=303), again=lambda: _page(campaign_id, Form(RedrawForm)),
    )  # fmt: skip


@blueprint.get("/redraws")
@requires(REVIEW)
def waiting() -> ResponseReturnValue:
    """What waits for a second person, who may not prepare campaigns."""
    return _waiting_page()


@blueprint.post("/redraws/<uuid:redraw_id>/approve")
@requires(REVIEW)
@paced(60)
def approve(redraw_id: UUID) -> ResponseReturnValue:
    return _decide(redraw_id, "approve")


@blueprint.post("/redraws/<uuid:redraw_id>/refuse")
@requires(REVIEW)
@paced(60)
def refuse(redraw_id: UUID) -> ResponseReturnValue:
    return _decide(redraw_id, "refuse")


def _decide(redraw_id: UUID, action: str) -> ResponseReturnValue:
    return decide_on(
        redrawing.take_step, redraw_id, action, then=redirect(url_for(".waiting"), code=303), again=_waiting_page
    )


def _page(campaign_id: UUID, form: Form) -> str:
    campaign = find_campaign(campaign_id)
    held = redrawing.find_held(campaign_id, parse_uuid(str(form.values.get("win", ""))))
    winners = {"title": _("Winners"), "href": url_for("console_events.prizes.winners", campaign_id=campaign_id)}
    return render(
        "events/desk/redraws.html", campaign=campaign, rows=redrawing.list_redraws(campaign_id), form=form, held=held, crumbs=crumbs(campaign, winners, _("Redraws")),
        once=request.form.get("_once") or uuid7(), why_choices=[(each, WHY[each]) for each in PROPOSED], **_words(),
    )  # fmt: skip


def _waiting_page() -> str:
    return render("events/desk/redraws.html", campaign=None, rows=redrawing.list_waiting(), crumbs=[], **_words())


def _words() -> dict:
    actor = current_actor()
    return {
        "states": PROPOSALS, "whys": WHY, "outcomes": REDRAWN, "me": actor.account_id, "may_manage": actor.may(MANAGE),
        "may_review": actor.may(REVIEW), "longest": LONGEST_REASON,
    }  # fmt: skip
