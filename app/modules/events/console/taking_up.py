"""Taking up a campaign of the city: the zone's own one, with the city's words and times."""

from uuid import UUID

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import form_id
from app.members.audience.choice import Audience
from app.members.audience.form import as_typed
from app.modules.events.console.frame import blueprint
from app.modules.events.console.writing import edit_page, of_the_zone
from app.modules.events.kinds import find_kind
from app.modules.events.operations import Content, draft_campaign
from app.modules.events.rights import MANAGE
from app.modules.events.rows import RowsForm
from app.modules.events.schemas import form_of
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.sharing.pictures import bring_cover
from app.modules.events.sharing.queries import find_shared
from tenants.context import current_actor
from tenants.ids import uuid7


@blueprint.get("/shared/<uuid:events_shared_campaign_id>/take-up")
@requires(MANAGE)
def taking_up(events_shared_campaign_id: UUID) -> ResponseReturnValue:
    shared = find_shared(events_shared_campaign_id)
    kind = find_kind(shared.kind)
    form = RowsForm(form_of(kind, is_taken_up=True), as_typed(Audience()) | shared.settings)
    return edit_page(kind, form, once=uuid7(), shared=shared)


@blueprint.post("/shared/<uuid:events_shared_campaign_id>/take-up")
@requires(MANAGE)
@paced(60)
def take_up(events_shared_campaign_id: UUID) -> ResponseReturnValue:
    shared, once = find_shared(events_shared_campaign_id), form_id()
    kind = find_kind(shared.kind)
    form = RowsForm(form_of(kind, is_taken_up=True))
    if form.takes_step():
        return edit_page(kind, form, once=once, shared=shared)
    with Attempt(form) as attempt:
        if form.submit():
            draft_campaign(current_actor(), once, kind.key, of_the_zone(kind, form, _from_above(shared)))
            return redirect(url_for(".campaign", campaign_id=once), code=303)
    return edit_page(kind, form, once=once, shared=find_shared(events_shared_campaign_id)), attempt.status


def _from_above(shared: SharedCampaign) -> Content:
    """What the city says, with its picture kept in the running zone."""
    facts = {name: getattr(shared, name) for name in ("title", "summary", "opens_at", "closes_at", "hosts")}
    rules, shared_id = shared.rules_html, shared.id
    cover = bring_cover(shared)
    return Content(rules=rules, cover_file_id=cover.id if cover else None, shared_id=shared_id, **facts)
