"""Writing a campaign: what every campaign has, whom it is for, and what its kind asks besides."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.clock import CHINA
from app.core.errors import DomainError
from app.core.forms import form_id
from app.core.modules import load_provider
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.core.transactions import finish
from app.members.audience.choice import Audience
from app.members.audience.form import as_typed, audience_of, choices
from app.modules.events.console.frame import blueprint
from app.modules.events.copying import copy_campaign
from app.modules.events.hosts import ROLES
from app.modules.events.kinds import KINDS, find_kind
from app.modules.events.kinds.declaring import CampaignKind
from app.modules.events.models import Campaign
from app.modules.events.operations import Content, content_of, draft_campaign, edit_campaign
from app.modules.events.pictures import store_cover
from app.modules.events.promising import budget_choices
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from app.modules.events.rows import RowsForm
from app.modules.events.schemas import form_of
from app.modules.events.sharing.models import SharedCampaign
from app.modules.events.states import State
from app.modules.events.weeks.queries import week_choices
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7
from tenants.paths import is_root

MOMENT = "%Y-%m-%dT%H:%M"


@blueprint.get("/new")
@requires(MANAGE)
def choose() -> ResponseReturnValue:
    return render("events/desk/choose.html", kinds=KINDS.values())


@blueprint.get("/new/<kind>")
@requires(MANAGE)
def new(kind: str) -> ResponseReturnValue:
    found = find_kind(kind)
    return edit_page(found, RowsForm(form_of(found), as_typed(Audience())), once=uuid7())


@blueprint.post("/new/<kind>")
@requires(MANAGE)
def create(kind: str) -> ResponseReturnValue:
    found, once = find_kind(kind), form_id()
    form = RowsForm(form_of(found))
    if form.takes_step():
        return edit_page(found, form, once=once)
    try:
        if form.submit():
            draft_campaign(current_actor(), once, kind, _content(found, form, None))
            return redirect(url_for(".campaign", campaign_id=once), code=303)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return edit_page(found, form, once=once), refusal.status
    return edit_page(found, form, once=once), 422


@blueprint.post("/<uuid:campaign_id>/copy")
@requires(MANAGE)
@paced(60)
def copy(campaign_id: UUID) -> ResponseReturnValue:
    """Write one like it: a draft to look over."""
    made = copy_campaign(current_actor(), campaign_id, form_id())
    flash(_("This is a draft like the other one: look at the times, whom it is for and what it gives."), "success")
    return redirect(url_for(".edit", campaign_id=made.id), code=303)


@blueprint.get("/<uuid:campaign_id>/edit")
@requires(MANAGE)
def edit(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    if campaign.state != State.DRAFT:
        return redirect(url_for(".campaign", campaign_id=campaign_id))
    kind = find_kind(campaign.kind)
    return edit_page(kind, RowsForm(_schema(kind, campaign), _as_typed(campaign), seen=campaign.mark), campaign)


@blueprint.post("/<uuid:campaign_id>/edit")
@requires(MANAGE)
def save(campaign_id: UUID) -> ResponseReturnValue:
    campaign = find_campaign(campaign_id)
    kind = find_kind(campaign.kind)
    form = RowsForm(_schema(kind, campaign))
    if form.takes_step():
        return edit_page(kind, form, campaign)
    with Attempt(form) as attempt:
        try:
            if form.submit():
                edit_campaign(current_actor(), campaign_id, _content(kind, form, content_of(campaign)), seen=form.seen)
                return redirect(url_for(".campaign", campaign_id=campaign_id), code=303)
        except ChangedMeanwhile as refusal:
            form.refuse(refusal)
            return edit_page(kind, form, campaign, saved=refusal.saved), refusal.status
    return edit_page(kind, form, find_campaign(campaign_id)), attempt.status


def _schema(kind: CampaignKind, campaign: Campaign) -> Schema:
    return form_of(kind, is_taken_up=campaign.shared_id is not None)


def of_the_zone(kind: CampaignKind, form: RowsForm, from_above: Content) -> Content:
    """A campaign of the city with what the zone that takes it up says: for whom it is, and the kind's own."""
    settings = {name: form.data[name] for name in kind.settings().fields}
    return replace(from_above, audience=audience_of(form.data), settings=settings)


def _content(kind: CampaignKind, form: RowsForm, before: Content | None) -> Content:
    """What was written, with the picture that was uploaded along with it, or the one there was."""
    if before is not None and before.shared_id:
        return of_the_zone(kind, form, before)
    data = form.data
    cover = before.cover_file_id if before else None
    upload = request.files.get("cover")
    if upload is not None and upload.filename:
        cover = store_cover(upload.stream, upload.filename).id
    elif request.form.get("remove_cover"):
        cover = None
    settings = {name: data[name] for name in kind.settings().fields}
    return Content(
        hosts=data["hosts"], week_id=data["week_id"], title=data["title"], summary=data["summary"], rules=data["rules"], opens_at=data["opens_at"],
        closes_at=data["closes_at"], shared_down=data["shared_down"], cover_file_id=cover, audience=audience_of(data), settings=settings,
    )  # fmt: skip


def _as_typed(campaign: Campaign) -> dict[str, Any]:
    return {
        "hosts": campaign.hosts, "week_id": campaign.week_id, "shared_down": campaign.shared_down, "title": campaign.title, "summary": campaign.summary, "rules": campaign.rules,
        "opens_at": campaign.opens_at.astimezone(CHINA).strftime(MOMENT),
        "closes_at": campaign.closes_at.astimezone(CHINA).strftime(MOMENT),
        **as_typed(Audience.from_json(campaign.audience)),
        **campaign.settings,
    }  # fmt: skip


def edit_page(
    kind: CampaignKind,
    form: RowsForm,
    campaign: Campaign | None = None,
    *,
    once: UUID | None = None,
    saved: Campaign | None = None,
    shared: SharedCampaign | None = None,
) -> str:
    """The form of a campaign: of one there is, of a new one, or of one of the city's that is being taken up."""
    title = campaign.title if campaign else shared.title if shared else _("New campaign")
    action = url_for(".create", kind=kind.key)
    if campaign:
        action = url_for(".save", campaign_id=campaign.id)
    elif shared:
        action = url_for(".take_up", events_shared_campaign_id=shared.id)
    crumbs = [{"title": _("Campaigns"), "href": url_for(".index")}, {"title": title}]
    return render("events/desk/edit.html", action=action, from_above=shared or (campaign if campaign and campaign.shared_id else None),
                  shares=is_root(current_zone().union_path), kind=kind, form=form, campaign=campaign, once=once, saved=saved, choices=choices(),
                  kind_choices=load_provider(kind.choices)(), prize_budgets=budget_choices(), roles=list(ROLES.items()), weeks=week_choices(), crumbs=crumbs)  # fmt: skip
