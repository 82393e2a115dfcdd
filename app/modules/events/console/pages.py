"""The list of campaigns, and the page of one with the steps that may be taken from where it stands."""

from urllib.parse import urlencode
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.papers import Hand, Step, find_step
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, asked_for
from app.core.modules import load_provider
from app.core.platform import platform
from app.core.rotating_codes import qr_picture
from app.core.theming import render
from app.members.audience.choice import Audience
from app.members.audience.words import describe
from app.modules.events import queries
from app.modules.events.console.frame import blueprint
from app.modules.events.hosts import host_lines
from app.modules.events.kinds import KINDS, find_kind
from app.modules.events.models import Campaign
from app.modules.events.operations import missing_for, take_step
from app.modules.events.prizes.queries import list_prizes
from app.modules.events.queries import Filter, count_entries, find_announced, find_campaign
from app.modules.events.rights import MANAGE, REVIEW
from app.modules.events.schemas import DeskFilter, StepForm
from app.modules.events.second_person import list_to_decide
from app.modules.events.sharing.queries import list_counts
from app.modules.events.states import STEPS, State, steps_from
from app.modules.events.weeks.queries import find_week
from app.modules.events.words import COLOURS, STATES, STEP_TITLES
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7


@blueprint.get("/")
@requires(MANAGE)
def index() -> ResponseReturnValue:
    wanted = _wanted()
    rows = queries.list_for_staff(wanted)
    kept = {name: value for name, value in (("state", wanted.state), ("kind", wanted.kind)) if value}
    more = len(rows) > queries.PAGE
    return render(
        "events/desk/list.html", campaigns=rows[: queries.PAGE], kinds=KINDS, kind_choices=[(each.key, each.title) for each in KINDS.values()], states=list(STATES.items()),
        state_titles=STATES, colours=COLOURS, filter={"values": kept, "errors": {}},
        next_href=f"{url_for('.index')}?{urlencode({**kept, 'before': rows[queries.PAGE - 1].id})}" if more else "",
    )  # fmt: skip


@blueprint.get("/to-review")
@requires(REVIEW)
def to_review() -> ResponseReturnValue:
    """What waits for a reviewer, who may not prepare campaigns."""
    rows = queries.list_for_staff(Filter(state=State.SUBMITTED, before=asked_for(DeskFilter)["before"]))
    next_href = url_for(".to_review", before=rows[queries.PAGE - 1].id) if len(rows) > queries.PAGE else ""
    return render(
        "events/desk/review.html",
        campaigns=rows[: queries.PAGE],
        kinds=KINDS,
        to_decide=list_to_decide(),
        next_href=next_href,
    )


@blueprint.get("/<uuid:campaign_id>/poster")
@requires(MANAGE)
def poster(campaign_id: UUID) -> ResponseReturnValue:
    """The campaign with its address as a QR code, to be printed; there is one once members can see it."""
    found = find_announced(campaign_id)
    share_url = platform().url(current_zone().host, url_for("events.campaign", campaign_id=found.id))
    crumbs = [
        {"title": _("Campaigns"), "href": url_for(".index")},
        {"title": found.title, "href": url_for(".campaign", campaign_id=found.id)},
        {"title": _("Poster")},
    ]
    return render(
        "events/desk/poster.html", campaign=found, qr=qr_picture(share_url), share_url=share_url, crumbs=crumbs
    )


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def campaign(campaign_id: UUID) -> ResponseReturnValue:
    return _page(find_campaign(campaign_id))


@blueprint.get("/<uuid:campaign_id>/review")
@requires(REVIEW)
def review(campaign_id: UUID) -> ResponseReturnValue:
    return _page(find_campaign(campaign_id))


@blueprint.post("/<uuid:campaign_id>/carry-on/<step>")
@requires(MANAGE)
def carry_on(campaign_id: UUID, step: str) -> ResponseReturnValue:
    return _take(campaign_id, find_step(STEPS, step, Hand.ANYBODY))


@blueprint.post("/<uuid:campaign_id>/decide/<step>")
@requires(REVIEW)
def decide(campaign_id: UUID, step: str) -> ResponseReturnValue:
    return _take(campaign_id, find_step(STEPS, step, Hand.CHECKER))


def _take(campaign_id: UUID, step: Step) -> ResponseReturnValue:
    form = Form(StepForm)
    if not form.submit():
        return _page(find_campaign(campaign_id), step, form), 422
    with Attempt(form) as attempt:
        taken = take_step(current_actor(), campaign_id, step, seen=form.seen, reason=form.data["reason"])
        flash(_("Done. It is now: %(state)s.", state=STATES[State(taken.state)]), "success")
        endpoint = ".campaign" if current_actor().may(MANAGE) else ".review"
        return redirect(url_for(endpoint, campaign_id=campaign_id), code=303)
    return _page(find_campaign(campaign_id), step, form), attempt.status


def _page(found: Campaign, tried: Step | None = None, form: Form | None = None) -> str:
    steps = [step for step in steps_from(found.state) if _may(found, step)]
    forms = {step.action: form if step is tried and form else Form(StepForm, seen=found.mark) for step in steps}
    kind = find_kind(found.kind)
    return render(
        "events/desk/campaign.html", campaign=found, hosts=host_lines(found.hosts), once=uuid7(), counts=list_counts(found.id) if found.shared_down else [],
        week=find_week(found.week_id) if found.week_id else None, kind=kind, steps=steps, forms=forms, missing={step.action: missing_for(found, step) for step in steps}, titles=STEP_TITLES,
        state_titles=STATES, colours=COLOURS, audience=describe(Audience.from_json(found.audience)),
        facts=load_provider(kind.facts)(found), desk=load_provider(kind.desk)(found) if kind.desk else None,
        entries=count_entries(found.id) if found.frozen_at else None, has_prizes=bool(list_prizes(found.id)), refused=form if form and tried not in steps else None,
        crumbs=[{"title": _("Campaigns"), "href": url_for(".index")}, {"title": found.title}],
        may_manage=current_actor().may(MANAGE), waits_for_another=found.state == State.SUBMITTED and not any(step.hand is Hand.CHECKER for step in steps),
    )  # fmt: skip


def _may(found: Campaign, step: Step) -> bool:
    actor = current_actor()
    if step.hand is Hand.CHECKER:
        return actor.may(REVIEW) and found.written_by != actor.account_id
    return actor.may(MANAGE)


def _wanted() -> Filter:
    found = asked_for(DeskFilter)
    return Filter(found["state"], found["kind"], found["before"])
