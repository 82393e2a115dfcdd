"""Certificates of a competition: the list, the paper, and revoking one."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.theming import render
from app.modules.events.kinds.competition import certifying, queries
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.issuing import certificate_response
from app.modules.events.kinds.competition.settings import ReasonForm
from app.modules.events.kinds.competition.words import AWARDS
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import current_actor

blueprint = APIBlueprint("certificates", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/certificates")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(campaign_id, Form(ReasonForm))


@blueprint.get("/certificates/<uuid:competition_certificate_id>.pdf")
@requires(MANAGE)
def paper(competition_certificate_id: UUID) -> ResponseReturnValue:
    """A certificate to be printed."""
    found = queries.find_certificate(competition_certificate_id)
    if found.revoked_at is not None:
        raise NotFound
    return certificate_response(found, queries.find_contestant(found.contestant_id), find_campaign(found.campaign_id))


@blueprint.post("/certificates/<uuid:competition_certificate_id>/revoke")
@requires(MANAGE)
@paced(60)
def revoke(competition_certificate_id: UUID) -> ResponseReturnValue:
    """Revoke a certificate for good: its check page says so."""
    campaign_id, form = queries.find_certificate(competition_certificate_id).campaign_id, Form(ReasonForm)
    with Attempt(form) as attempt:
        if form.submit():
            certifying.revoke(current_actor(), competition_certificate_id, reason=form.data["reason"])
            flash(_("The certificate is revoked: whoever checks it is told."), "success")
            return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


def _page(campaign_id: UUID, form: Form) -> str:
    campaign = find_campaign(campaign_id, kind="competition")
    return render("events/competition/desk/certificates.html", campaign=campaign, form=form, awards=AWARDS,
                  rows=queries.list_certificates(campaign_id), crumbs=crumbs(campaign, _("Certificates")))  # fmt: skip
