"""The staff's pages of a competition: its rounds, who competes in each, their scores and the ranking."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import Schema

from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, seen_mark
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.events.judging.scores import points, tenths
from app.modules.events.kinds.competition import appeals, measuring, queries, rounds, sheets
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.desk import certificates, contestants, deciding, judges, judging, second
from app.modules.events.kinds.competition.desk import measuring as measuring_pages
from app.modules.events.kinds.competition.impartial import is_blind, require_no_judge
from app.modules.events.kinds.competition.models import JUDGES, SHEET, Round
from app.modules.events.kinds.competition.settings import MODES
from app.modules.events.kinds.competition.states import SheetState, step_from
from app.modules.events.kinds.competition.words import (
    AWARDS,
    ROUND_COLOURS,
    ROUND_STEPS,
    ROUNDS,
    SHEET_COLOURS,
    SHEETS,
    TIE_RULE,
)
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane, current_actor

blueprint = PlacedBlueprint(
    "competition", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/competition",
    enable_openapi=False,
)  # fmt: skip
for part in (certificates, contestants, deciding, judges, judging, measuring_pages, second):
    blueprint.register_blueprint(part.blueprint)
WORDS = {
    "states": ROUNDS, "colours": ROUND_COLOURS, "step_titles": ROUND_STEPS, "modes": MODES, "awards": AWARDS, "points": points,
    "tenths": tenths, "step_from": step_from,
}  # fmt: skip


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    """The rounds, each with the step that comes next."""
    return _index(_campaign(campaign_id), Form(Schema))


@blueprint.post("/rounds/<uuid:competition_round_id>/carry-on/<step>")
@requires(MANAGE)
@paced(120)
def carry_on(competition_round_id: UUID, step: str) -> ResponseReturnValue:
    """Begin a round, compute its ranking, publish it, or make it final."""
    held, form = queries.find_round(competition_round_id), Form(Schema)
    campaign_id = held.campaign_id
    with Attempt(form) as attempt:
        taken = rounds.take_step(competition_round_id, step, seen=seen_mark())
        flash(_("Done. It is now: %(state)s.", state=ROUNDS[taken.state]), "success")  # type: ignore[index]
        return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _index(_campaign(campaign_id), form), attempt.status


@blueprint.get("/rounds/<uuid:competition_round_id>")
@requires(MANAGE)
def page(competition_round_id: UUID) -> ResponseReturnValue:
    """Who competes in a round, their sheets, scores and places."""
    return _round_page(queries.find_round(competition_round_id), Form(Schema))


@blueprint.post("/starts/<uuid:competition_start_id>/absent")
@requires(MANAGE)
@paced(1200)
def absent(competition_start_id: UUID) -> ResponseReturnValue:
    """Note that a contestant did not come, or did after all."""
    held = queries.find_round(queries.find_start(competition_start_id).round_id)
    try:
        rounds.note_absent(competition_start_id, absent=request.form.get("absent") == "1")
    except DomainError as refusal:
        return _refused(held.id, refusal)
    return redirect(url_for(".page", competition_round_id=held.id), code=303)


@blueprint.get("/rounds/<uuid:competition_round_id>/scores.xlsx")
@requires(MANAGE)
def template(competition_round_id: UUID) -> ResponseReturnValue:
    """The contestants of a round with columns for the scores that a sheet brings."""
    held = queries.find_round(competition_round_id)
    require_no_judge(current_actor(), held.campaign_id)
    target, _rows = in_file(lambda target: sheets.write_template(target, held))
    return workbook(target, _("Scores of %(round)s", round=held.title), "scores")


@blueprint.post("/rounds/<uuid:competition_round_id>/scores")
@requires(MANAGE)
@paced(60)
@takes(sheets.UPLOADS)
def bring_scores(competition_round_id: UUID) -> ResponseReturnValue:
    """Bring in a sheet of scores, for a second person: all rows, or none where one is wrong."""
    held = queries.find_round(competition_round_id)
    try:
        scores, refusals = sheets.read_scores(*sheets.UPLOADS.one("file"), held)
        if refusals:
            return _round_page(held, Form(Schema), refusals), 422
        brought = measuring.bring_in(current_actor(), held.id, scores)
    except NotFound:
        raise
    except DomainError as refusal:
        return _refused(competition_round_id, refusal)
    flash(
        ngettext(
            "The score of one contestant waits for a second person.",
            "The scores of %(num)d contestants wait for a second person.",
            len(scores),
        ),
        "success",
    )
    return redirect(url_for(".measuring.page", competition_score_list_id=brought.id), code=303)


@blueprint.get("/rounds/<uuid:competition_round_id>/ranking.xlsx")
@requires(MANAGE)
def export(competition_round_id: UUID) -> ResponseReturnValue:
    """A ranking with full names, for nobody who judges still."""
    held = queries.find_round(competition_round_id)
    require_no_judge(current_actor(), held.campaign_id)
    headers = [_("Rank"), _("Contestant number"), _("Name"), _("Union"), _("Score"), _("Award"), _("Goes on")]
    target, number = in_file(lambda target: write_sheet(target, headers, _lines(held), title=held.title))
    record("events.competition_export", object_type="events_competition_round", object_id=held.id, rows=number)
    return workbook(target, _("Ranking of %(round)s", round=held.title), "ranking")


def _lines(held: Round) -> Iterator[tuple]:
    names = {row.Contestant.id: row.Contestant.name for row in queries.list_contestants(held.campaign_id)}
    for start, union in queries.list_starts(held.id):
        award = str(AWARDS[start.award]) if start.award else ""
        score = start.score / 1000 if start.score is not None else None
        yield (
            start.place,
            start.number,
            names[start.contestant_id],
            union or "",
            score,
            award,
            _("yes") if start.goes_on else "",
        )


def _refused(round_id: UUID, refusal: DomainError) -> ResponseReturnValue:
    finish(succeeded=False)
    form = Form(Schema)
    form.refuse(refusal)
    return _round_page(queries.find_round(round_id), form), refusal.status


def _index(campaign: Campaign, form: Form) -> str:
    found = queries.list_rounds(campaign.id)
    appointed = Counter(each.round_id for each in queries.list_judges(campaign.id) if each.dismissed_at is None)
    return render(
        "events/competition/desk/rounds.html", campaign=campaign, form=form, rounds=[(each, queries.list_criteria(each.id)) for each in found],
        judges=appointed, measured={} if is_blind(current_actor(), campaign.id) else {each.id: measuring.find_waiting(each.id) for each in found}, counts=queries.count_by_state(campaign.id), waiting=appeals.count_open(campaign.id), crumbs=crumbs(campaign),
        tie_rule=TIE_RULE, **WORDS,
    )  # fmt: skip


def _round_page(held: Round, form: Form, refusals: list[sheets.Refusal] | None = None) -> str:
    campaign = _campaign(held.campaign_id)
    by_start: dict[UUID, list] = {}
    signed: Counter[UUID] = Counter()
    for sheet in queries.list_sheets(held.id):
        by_start.setdefault(sheet.start_id, []).append(sheet)
        signed[sheet.judge_id] += sheet.state == SheetState.SIGNED
    people = queries.list_judges(campaign.id, held.id)
    return render(
        "events/competition/desk/round.html", campaign=campaign, round=held, form=form, refusals=refusals or [], most_shown=sheets.MOST_SHOWN,
        is_blind=is_blind(current_actor(), campaign.id), recusals=queries.list_recusals(held.id), asked=appeals.list_asked_sheets(held.id), lists=measuring.list_lists(held.id), proposals=PROPOSALS, rows=queries.list_starts(held.id), sheets=by_start, signed=signed, judges=people, judge_names={each.id: each.name for each in people},
        judged=queries.list_criteria(held.id, JUDGES), measured=queries.list_criteria(held.id, SHEET), UPLOADS=sheets.UPLOADS,
        sheet_states=SHEETS, sheet_colours=SHEET_COLOURS, crumbs=crumbs(campaign, held.title), **WORDS,
    )  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="competition")
