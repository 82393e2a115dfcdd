"""A judge's own pages: the works they score and the sheet of each, without the author where the jury does not see them."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import NotFound
from app.core.forms import Form, number_asked
from app.core.theming import render
from app.modules.events.crumbs import Crumb
from app.modules.events.judging.rights import JUDGE
from app.modules.events.judging.schemas import RecusalForm
from app.modules.events.judging.scores import given_in, tenths, typed_of
from app.modules.events.kinds.works.jury import queries, recusing, scoring
from app.modules.events.kinds.works.jury.models import JuryMember
from app.modules.events.kinds.works.models import Work
from app.modules.events.kinds.works.settings import CorrectionForm
from tenants.context import current_actor

blueprint = APIBlueprint("judging", __name__, url_prefix="/judging", enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>")
@requires(JUDGE)
def page(campaign_id: UUID) -> ResponseReturnValue:
    """The works that the actor scores, by their numbers."""
    campaign, jury = queries.find_jury(campaign_id)
    judge = queries.find_judge(campaign_id, current_actor().account_id)
    after = number_asked("after")
    rows = [each for each in scoring.list_to_score(judge) if each.number > after][: queries.PAGE + 1]
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    return render(
        "events/works/desk/jury/to_score.html", campaign=campaign, jury=jury, works=rows, sheets=queries.list_sheets_of(judge),
        tenths=tenths, criteria=queries.list_criteria(campaign_id), is_on=jury.is_on(campaign),
        next_href=url_for(".page", campaign_id=campaign_id, after=rows[-1].number) if more else "",
        recusals=queries.list_recusals_of(judge), crumbs=[*_crumbs(), {"title": campaign.title}],
    )  # fmt: skip


@blueprint.get("/one/<uuid:work_id>")
@requires(JUDGE)
def sheet(work_id: UUID) -> ResponseReturnValue:
    return _sheet_page(work_id, Form(CorrectionForm))


@blueprint.post("/one/<uuid:work_id>")
@requires(JUDGE)
@paced(1200)
def hand_in(work_id: UUID) -> ResponseReturnValue:
    """Hand a sheet in, or a correction of one with a reason."""
    _require_judge(work_id)
    form = Form(CorrectionForm)
    with Attempt(form) as attempt:
        if form.submit():
            work, _shown = queries.find_judged(work_id)
            given = given_in(request.form, queries.list_criteria(work.campaign_id))
            scoring.hand_in(current_actor(), work_id, given, reason=form.data["reason"], seen=form.seen)
            flash(_("Number %(number)s is handed in.", number=work.number), "success")
            return redirect(url_for(".page", campaign_id=work.campaign_id), code=303)
    return _sheet_page(work_id, form, typed=True), attempt.status


@blueprint.post("/one/<uuid:work_id>/recuse")
@requires(JUDGE)
@paced(120)
def recuse(work_id: UUID) -> ResponseReturnValue:
    """Score a work no more, and say why."""
    work, _judge = _require_judge(work_id)
    form = Form(RecusalForm)
    with Attempt(form) as attempt:
        if form.submit():
            recusing.recuse(current_actor(), work_id, reason=form.data["because"])
            flash(_("You don’t score number %(number)s.", number=work.number), "success")
            return redirect(url_for(".page", campaign_id=work.campaign_id), code=303)
    return _sheet_page(work_id, Form(CorrectionForm), recusal=form), attempt.status


def _require_judge(work_id: UUID) -> tuple[Work, JuryMember]:
    """A work that the actor scores; raises `NotFound` for one they are kept from too, or recused themselves from."""
    work, _shown = queries.find_judged(work_id)
    judge = queries.find_judge(work.campaign_id, current_actor().account_id)
    if all(each.id != work_id for each in scoring.list_to_score(judge)):
        raise NotFound
    return work, judge


def _crumbs() -> list[Crumb]:
    return [{"title": _("My judging"), "href": url_for("console_events.judging.index")}]


def _sheet_page(work_id: UUID, form: Form, *, typed: bool = False, recusal: Form | None = None) -> str:
    work, judge = _require_judge(work_id)
    (campaign, jury), (_work, shown) = queries.find_jury(work.campaign_id), queries.find_judged(work_id)
    handed_in = queries.list_sheets_of(judge).get(work_id, [])
    if typed:
        form.values = dict(request.form)
    elif handed_in:
        form.values = typed_of(handed_in[-1].tenths)
    form.seen = form.seen or scoring.mark_of(handed_in)
    return render(
        "events/works/desk/jury/sheet.html", campaign=campaign, work=work, shown=shown, form=form, handed_in=handed_in, tenths=tenths,
        author="" if jury.is_blind else shown.author or queries.find_union_name(work), criteria=queries.list_criteria(campaign.id),
        is_on=jury.is_on(campaign), jury=jury,
        recusal=recusal or Form(RecusalForm), may_recuse=campaign.closed_at is None and not jury.is_over(),
        crumbs=[*_crumbs(), {"title": campaign.title, "href": url_for(".page", campaign_id=campaign.id)},
                {"title": _("Number %(number)s", number=work.number)}],
    )  # fmt: skip
