"""A judge's own pages: the rounds they judge, whom they score, and the sheet of each. Contestants have numbers here and no names."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import Schema

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, form_id
from app.core.theming import render
from app.core.transactions import finish
from app.modules.events.crumbs import Crumb
from app.modules.events.judging.rights import JUDGE
from app.modules.events.judging.schemas import RecusalForm
from app.modules.events.judging.scores import given_in, tenths, typed_of
from app.modules.events.kinds.competition import deciding, judging, queries
from app.modules.events.kinds.competition.models import JUDGES, Judge, Start
from app.modules.events.kinds.competition.settings import ReasonForm
from app.modules.events.kinds.competition.states import RoundState
from app.modules.events.kinds.competition.words import ROUND_COLOURS, ROUNDS, SHEET_COLOURS, SHEETS
from app.modules.events.queries import find_campaign
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("judging", __name__, url_prefix="/judging", enable_openapi=False)
WORDS = {
    "states": ROUNDS,
    "colours": ROUND_COLOURS,
    "sheet_states": SHEETS,
    "sheet_colours": SHEET_COLOURS,
    "tenths": tenths,
}


@blueprint.get("/rounds/<uuid:competition_round_id>")
@requires(JUDGE)
def page(competition_round_id: UUID) -> ResponseReturnValue:
    """Whom the actor scores in a round."""
    held = queries.find_round(competition_round_id)
    judge = queries.find_judge(held.id, current_actor().account_id)
    return render(
        "events/competition/desk/to_score.html", round=held, campaign=find_campaign(held.campaign_id), rows=judging.list_to_score(judge),
        criteria=queries.list_criteria(held.id, JUDGES), reason=Form(ReasonForm), once=uuid7(),
        recusals=queries.list_recusals_of(judge), crumbs=[*_crumbs(), {"title": held.title}], **WORDS,
    )  # fmt: skip


@blueprint.get("/starts/<uuid:competition_start_id>")
@requires(JUDGE)
def sheet(competition_start_id: UUID) -> ResponseReturnValue:
    return _sheet_page(queries.find_start(competition_start_id), Form(Schema))


@blueprint.post("/starts/<uuid:competition_start_id>/recuse")
@requires(JUDGE)
@paced(120)
def recuse(competition_start_id: UUID) -> ResponseReturnValue:
    """Score a contestant no more, and say why."""
    start, form = queries.find_start(competition_start_id), Form(RecusalForm)
    _require_judge(start)
    with Attempt(form) as attempt:
        if form.submit():
            judging.recuse(current_actor(), start.id, reason=form.data["because"])
            flash(_("You don’t score number %(number)s.", number=start.number), "success")
            return redirect(url_for(".page", competition_round_id=start.round_id), code=303)
    return _sheet_page(queries.find_start(competition_start_id), Form(Schema), form), attempt.status


@blueprint.post("/starts/<uuid:competition_start_id>")
@requires(JUDGE)
@paced(1200)
def write(competition_start_id: UUID) -> ResponseReturnValue:
    """Keep a sheet, or sign it; signed it is fixed."""
    start, form, sign = queries.find_start(competition_start_id), Form(Schema), "sign" in request.form
    form.submit()
    try:
        judging.write_sheet(
            current_actor(),
            start.id,
            given_in(request.form, queries.list_criteria(start.round_id, JUDGES)),
            sign=sign,
            seen=form.seen,
        )
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.values = dict(request.form)
        form.refuse(refusal)
        return _sheet_page(queries.find_start(competition_start_id), form), refusal.status
    flash(
        _("Number %(number)s is signed.", number=start.number) if sign else _("Saved. It is not signed yet."), "success"
    )
    return redirect(url_for(".page", competition_round_id=start.round_id), code=303)


@blueprint.post("/sheets/<uuid:competition_sheet_id>/correct")
@requires(JUDGE)
@paced(60)
def ask_correction(competition_sheet_id: UUID) -> ResponseReturnValue:
    """Ask to open one's own signed sheet again."""
    found, form = queries.find_sheet(competition_sheet_id), Form(ReasonForm)
    if queries.find_judge(found.round_id, current_actor().account_id).id != found.judge_id:
        raise NotFound
    if form.submit():
        deciding.ask_correction(current_actor(), form_id(), found.id, form.data["reason"])
        flash(_("Somebody else decides on the correction."), "success")
    else:
        flash(_("Say why."), "warning")
    return redirect(url_for(".page", competition_round_id=found.round_id), code=303)


def _crumbs() -> list[Crumb]:
    return [{"title": _("My judging"), "href": url_for("console_events.judging.index")}]


def _require_judge(start: Start) -> Judge:
    """The actor as a judge of who starts; raises `NotFound` for who does not score them."""
    judge = queries.find_judge(start.round_id, current_actor().account_id)
    is_recused = judge.id in queries.list_recusals(start.round_id).get(start.id, {})
    if is_recused or judging.is_kept_from(judge, queries.find_contestant(start.contestant_id)):
        raise NotFound
    return judge


def _sheet_page(start: Start, form: Form, recusal: Form | None = None) -> str:
    judge = _require_judge(start)
    held, found = queries.find_round(start.round_id), queries.find_sheet_of(start.id, judge.id)
    if not form.values and found:
        form.values = typed_of(found.tenths)
    form.seen = form.seen or (found.mark if found else "")
    return render(
        "events/competition/desk/sheet.html", round=held, start=start, sheet=found, form=form, criteria=queries.list_criteria(held.id, JUDGES),
        may_write=held.state == RoundState.OPEN and not start.absent and (found is None or found.state != "signed"),
        recusal=recusal or Form(RecusalForm), may_recuse=held.state == RoundState.OPEN and (found is None or found.state != "signed"),
        crumbs=[*_crumbs(), {"title": held.title, "href": url_for(".page", competition_round_id=held.id)},
                {"title": _("Number %(number)s", number=start.number)}], **WORDS,
    )  # fmt: skip
