"""The member's pages of a call for works: sending, the gallery, voting, the ranking."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import acting_member, member_only, own_things, public
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from app.core.files import read_file
from app.core.forms import Form, parse_uuid
from app.core.pages.marks import cached_page
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.events.entering import is_invited
from app.modules.events.judging.scores import points
from app.modules.events.kinds.works import queries, sending, voting
from app.modules.events.kinds.works.models import ShownWork
from app.modules.events.kinds.works.pictures import PICTURES
from app.modules.events.kinds.works.settings import WorkForm, rules_of
from app.modules.events.kinds.works.states import State
from app.modules.events.kinds.works.words import COLOURS, STATES, order_in_words
from app.modules.events.models import Campaign
from app.modules.events.prizes.queries import find_win
from app.modules.events.queries import find_announced, find_entry
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "works", __name__, place=Place.ZONE, plane=Plane.MEMBER, module="events", url_prefix="/works", enable_openapi=False
)


@blueprint.get("/<uuid:campaign_id>")
@own_things
def own(campaign_id: UUID) -> ResponseReturnValue:
    """The member's work and where it stands, and the form while works are taken."""
    campaign = _campaign(campaign_id)
    work = queries.find_own(campaign_id, acting_member())
    typed = {"title": work.title, "words": work.words} if work else {}
    return _own_page(campaign, Form(WorkForm, typed))


@blueprint.post("/<uuid:campaign_id>")
@member_only
@paced(30)
@takes(PICTURES)
def send_work(campaign_id: UUID) -> ResponseReturnValue:
    campaign, form = _campaign(campaign_id), Form(WorkForm)
    try:
        if form.submit():
            sending.send(
                acting_member(), campaign, form.data["title"], form.data["words"], list(PICTURES.sent("pictures"))
            )
            flash(_("Your work is sent. You are told once it was looked at."), "success")
            return redirect(url_for(".own", campaign_id=campaign_id), code=303)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _own_page(campaign, form), refusal.status
    return _own_page(campaign, form), 422


@blueprint.post("/<uuid:campaign_id>/withdraw")
@own_things
@paced(30)
def withdraw(campaign_id: UUID) -> ResponseReturnValue:
    """Take one's work back, with its pictures."""
    campaign = _campaign(campaign_id)
    try:
        sending.withdraw(acting_member(), campaign)
    except DomainError as refusal:
        finish(succeeded=False)
        form = Form(WorkForm)
        form.refuse(refusal)
        return _own_page(campaign, form), refusal.status
    flash(_("Your work is taken back, and its pictures are removed."), "success")
    return redirect(url_for(".own", campaign_id=campaign_id), code=303)


@blueprint.get("/<uuid:campaign_id>/pictures/<int:page>")
@own_things
def own_picture(campaign_id: UUID, page: int) -> ResponseReturnValue:
    """A picture of one's own work by its place, also while nobody else may see it."""
    work = queries.find_own(campaign_id, acting_member())
    if work is None or not 1 <= page <= len(work.file_ids):
        raise NotFound
    stored, data = read_file(work.file_ids[page - 1])
    return Response(data, mimetype=stored.media_type, headers={"Cache-Control": "private, no-store"})


@blueprint.get("/<uuid:campaign_id>/gallery")
@public
@cached_page("after")
def gallery(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    works = queries.list_shown(campaign_id, parse_uuid(request.args.get("after", "")))
    more = len(works) > queries.PAGE
    next_href = url_for(".gallery", campaign_id=campaign_id, after=works[queries.PAGE - 1].id) if more else ""
    return render("events/works/gallery.html", campaign=campaign, works=works[: queries.PAGE], next_href=next_href)


@blueprint.get("/<uuid:campaign_id>/shown/<uuid:shown_work_id>")
@public
@cached_page()
def shown(campaign_id: UUID, shown_work_id: UUID) -> ResponseReturnValue:
    """One work with all its pictures, the same for every visitor."""
    campaign = _campaign(campaign_id)
    return render("events/works/work.html", campaign=campaign, work=queries.find_shown(campaign_id, shown_work_id))


@blueprint.get("/<uuid:campaign_id>/shown/<uuid:shown_work_id>/ask")
@member_only
def ask(campaign_id: UUID, shown_work_id: UUID) -> ResponseReturnValue:
    """The button alone, with the votes counted so far and those the member has left."""
    return _ask_page(_campaign(campaign_id), queries.find_shown(campaign_id, shown_work_id))


@blueprint.post("/<uuid:campaign_id>/shown/<uuid:shown_work_id>/vote")
@member_only
@paced(120)
def vote(campaign_id: UUID, shown_work_id: UUID) -> ResponseReturnValue:
    campaign, work = _campaign(campaign_id), queries.find_shown(campaign_id, shown_work_id)
    try:
        voting.vote(acting_member(), campaign, work.id)
    except DomainError as refusal:
        finish(succeeded=False)
        return _ask_page(campaign, queries.find_shown(campaign_id, shown_work_id), refusal), refusal.status
    flash(_("Your vote is given."), "success")
    return redirect(url_for(".ask", campaign_id=campaign_id, shown_work_id=shown_work_id), code=303)


@blueprint.get("/<uuid:campaign_id>/ranking")
@public
@cached_page()
def ranking(campaign_id: UUID) -> ResponseReturnValue:
    """By votes until the campaign is settled, then by what the works came to."""
    campaign = _campaign(campaign_id)
    rules = rules_of(campaign)
    return render(
        "events/works/ranking.html", campaign=campaign, works=queries.list_ranked(campaign_id), order=order_in_words(rules),
        has_jury=rules.jury is not None, points=points,
    )  # fmt: skip


def _own_page(campaign: Campaign, form: Form) -> str:
    work, rules = queries.find_own(campaign.id, acting_member()), rules_of(campaign)
    entry = find_entry(campaign.id, acting_member())
    is_taking = campaign.is_open_at(now()) and now() < rules.send_until
    return render(
        "events/works/own.html", campaign=campaign, work=work, form=form, rules=rules, states=STATES, colours=COLOURS, PICTURES=PICTURES,
        is_invited=is_invited(acting_member(), campaign), may_send=is_taking and (work is None or work.state != State.ACCEPTED),
        may_withdraw=work is not None and work.state != State.WITHDRAWN and campaign.settled_at is None,
        win=find_win(entry.id) if entry else None, points=points,
        result=queries.find_result(campaign, work) if work else None,
    )  # fmt: skip


def _ask_page(campaign: Campaign, work: ShownWork, refusal: DomainError | None = None) -> str:
    rules, member_id = rules_of(campaign), acting_member()
    own, (today, in_all) = queries.find_own(campaign.id, member_id), queries.count_votes(campaign.id, member_id)
    return render(
        "events/works/ask.html", campaign=campaign, work=work, rules=rules, refusal=refusal, is_own=own is not None and own.id == work.id,
        left=max(0, min(rules.votes_a_day - today, rules.votes_in_all - in_all)),
        is_voting=campaign.is_open_at(now()) and rules.takes_votes(now()),
        has_voted=queries.has_voted_today(work.id, member_id), is_invited=is_invited(member_id, campaign),
    )  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_announced(campaign_id, kind="works")
