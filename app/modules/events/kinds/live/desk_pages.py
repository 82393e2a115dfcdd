"""The staff's page of a stream's addresses."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.live import showing
from app.modules.events.kinds.live.settings import AddressForm
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "live", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/live", enable_openapi=False
)


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def addresses(campaign_id: UUID) -> ResponseReturnValue:
    show = showing.find_show(campaign_id)
    if show is None:
        raise NotFound
    return _page(
        campaign_id, Form(AddressForm, {"stream_url": show.stream_url, "replay_url": show.replay_url}, seen=show.mark)
    )


@blueprint.post("/<uuid:campaign_id>")
@requires(MANAGE)
@paced(60)
def change(campaign_id: UUID) -> ResponseReturnValue:
    form = Form(AddressForm)
    with Attempt(form) as attempt:
        if form.submit():
            showing.change_addresses(campaign_id, form.data["stream_url"], form.data["replay_url"], seen=form.seen)
            flash(_("Saved. The campaign’s page shows it at once."), "success")
            return redirect(url_for("console_events.campaign", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


def _page(campaign_id: UUID, form: Form) -> str:
    campaign = find_campaign(campaign_id)
    return render(
        "events/live/desk/addresses.html",
        campaign=campaign,
        form=form,
        crumbs=crumbs(campaign, _("Addresses of the stream")),
    )
