"""The staff's pages of a call for works: looking at each work, and the ranking."""

from uuid import UUID

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.files import read_file
from app.core.forms import Form, parse_uuid
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.crumbs import crumbs
from app.modules.events.judging.scores import points
from app.modules.events.kinds.works import queries, reviewing
from app.modules.events.kinds.works.exporting import write_works
from app.modules.events.kinds.works.jury import desk_pages, judge_pages
from app.modules.events.kinds.works.jury.appointing import is_blind, require_no_judge
from app.modules.events.kinds.works.settings import DecisionForm, rules_of
from app.modules.events.kinds.works.states import State
from app.modules.events.kinds.works.words import STATES
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "works", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/works", enable_openapi=False
)
for part in (desk_pages, judge_pages):
    blueprint.register_blueprint(part.blueprint)


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def works(campaign_id: UUID) -> ResponseReturnValue:
    """The works of one state, a page of them, each with its pictures and what may be done with it."""
    return _list_page(_campaign(campaign_id))


@blueprint.get("/one/<uuid:work_id>/pictures/<int:page>")
@requires(MANAGE)
def picture(work_id: UUID, page: int) -> ResponseReturnValue:
    """A picture as it was sent, for staff who look at it."""
    work = queries.find_work(work_id)
    if not 1 <= page <= len(work.file_ids):
        raise NotFound
    stored, data = read_file(work.file_ids[page - 1])
    return Response(data, mimetype=stored.media_type, headers={"Cache-Control": "private, no-store"})


@blueprint.post("/one/<uuid:work_id>/accept")
@requires(MANAGE)
@paced(600)
def accept(work_id: UUID) -> ResponseReturnValue:
    """Show a work."""
    form = Form(DecisionForm)
    return _decide(
        work_id, form, _("The work is shown."), lambda: reviewing.accept(current_actor(), work_id, seen=form.seen)
    )


@blueprint.post("/one/<uuid:work_id>/refuse")
@requires(MANAGE)
@paced(600)
def refuse(work_id: UUID) -> ResponseReturnValue:
    """Do not show a work, and say why."""
    form = Form(DecisionForm)
    return _decide(
        work_id,
        form,
        _("The member reads why, and may send it anew in time."),
        lambda: reviewing.refuse(current_actor(), work_id, reason=form.data["reason"], seen=form.seen),
    )


@blueprint.post("/one/<uuid:work_id>/take-down")
@requires(MANAGE)
@paced(600)
def take_down(work_id: UUID) -> ResponseReturnValue:
    """Show a work no more, and say why."""
    form = Form(DecisionForm)
    return _decide(
        work_id,
        form,
        _("The work is shown no more, and the member reads why."),
        lambda: reviewing.take_down(current_actor(), work_id, reason=form.data["reason"], seen=form.seen),
    )


@blueprint.get("/<uuid:campaign_id>/works.xlsx")
@requires(MANAGE)
@paced(30)
def as_workbook(campaign_id: UUID) -> ResponseReturnValue:
    """All works with their authors, votes and scores; for nobody who judges them still."""
    campaign = _campaign(campaign_id)
    require_no_judge(current_actor(), campaign)
    target, number = in_file(lambda target: write_works(target, campaign))
    record("events.works_export", object_type="events_campaign", object_id=campaign_id, rows=number)
    return workbook(target, f"{campaign.title}-{_('Works')}", "works")


def _decide(work_id: UUID, form: Form, done: str, decide) -> ResponseReturnValue:
    campaign_id, status = queries.find_work(work_id).campaign_id, 422
    try:
        if form.submit():
            decide()
            flash(done, "success")
            return redirect(url_for(".works", campaign_id=campaign_id, state=request.args.get("state")), code=303)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        status = refusal.status
    return _list_page(_campaign(campaign_id), form, work_id), status


def _list_page(campaign: Campaign, refused: Form | None = None, decided: UUID | None = None) -> str:
    state = request.args.get("state", State.SENT)
    state = state if state in tuple(State) else State.SENT
    rows = queries.list_for_staff(campaign.id, state, parse_uuid(request.args.get("after", "")))
    more, jury = len(rows) > queries.PAGE, rules_of(campaign).jury
    judges = is_blind(current_actor(), campaign)
    return render(
        "events/works/desk/works.html", campaign=campaign, works=rows[: queries.PAGE], state=state, states=STATES, refused=refused, decided=decided,
        counts=queries.count_by_state(campaign.id), ranked=queries.list_ranked(campaign.id) if state == State.ACCEPTED else [],
        next_href=url_for(".works", campaign_id=campaign.id, state=state, after=rows[queries.PAGE - 1].id) if more else "",
        crumbs=crumbs(campaign, _("Works")), points=points, is_blind=judges and jury and jury.is_blind, may_export=not judges,
    )  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="works")
