"""The staff's page of who keeps the door of a campaign."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.clock import now
from app.core.forms import Form
from app.core.theming import render
from app.core.transactions import finish
from app.identity.browser import own_transaction
from app.identity.operations import ensure_account
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.signup import doors
from app.modules.events.kinds.signup.settings import KeeperForm
from app.modules.events.queries import find_announced
from app.modules.events.rights import MANAGE
from tenants.context import current_actor

blueprint = APIBlueprint("keepers", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/keepers")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(campaign_id, Form(KeeperForm))


@blueprint.post("/<uuid:campaign_id>/keepers")
@requires(MANAGE)
@paced(60)
def name(campaign_id: UUID) -> ResponseReturnValue:
    """Let the account of a phone check in; it is made if there is none."""
    form = Form(KeeperForm)
    if not form.submit():
        return _page(campaign_id, form), 422
    find_announced(campaign_id, kind="signup")
    finish(succeeded=True)
    with own_transaction():
        account_id = ensure_account(form.data["phone"], form.data["name"])
    with Attempt(form) as attempt:
        keeper = doors.name_keeper(current_actor(), campaign_id, account_id, form.data["name"])
        flash(_("%(name)s can check members in here now.", name=keeper.name), "success")
        return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


@blueprint.post("/keepers/<uuid:signup_doorkeeper_id>/end")
@requires(MANAGE)
@paced(60)
def end(signup_doorkeeper_id: UUID) -> ResponseReturnValue:
    keeper = doors.end_keeper(current_actor(), signup_doorkeeper_id)
    flash(_("%(name)s checks nobody in here any more.", name=keeper.name), "success")
    return redirect(url_for(".index", campaign_id=keeper.campaign_id), code=303)


def _page(campaign_id: UUID, form: Form) -> str:
    campaign = find_announced(campaign_id, kind="signup")
    return render("events/signup/desk/keepers.html", campaign=campaign, form=form, keepers=doors.list_keepers(campaign_id), moment_now=now(),
                  crumbs=crumbs(campaign, _("Door-keepers")))  # fmt: skip
