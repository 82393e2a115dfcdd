"""The pages of a second person, who may not prepare campaigns: scores that somebody brought in, and corrections somebody asked for."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.deciding import decide_on
from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form
from app.core.theming import render
from app.modules.events.kinds.competition import appeals, deciding, measuring, queries, second_person
from app.modules.events.kinds.competition.desk.measuring import list_page
from app.modules.events.kinds.competition.settings import AnswerForm
from app.modules.events.kinds.competition.words import GRANTS
from app.modules.events.rights import REVIEW
from tenants.context import current_actor

blueprint = APIBlueprint("second", __name__, enable_openapi=False)


@blueprint.get("/to-decide")
@requires(REVIEW)
def index() -> ResponseReturnValue:
    return _page(Form(AnswerForm))


@blueprint.get("/measured/<uuid:competition_score_list_id>/check")
@requires(REVIEW)
def scores(competition_score_list_id: UUID) -> ResponseReturnValue:
    return _scores_page(competition_score_list_id)


@blueprint.post("/measured/<uuid:competition_score_list_id>/<any(approve, refuse):action>")
@requires(REVIEW)
@paced(60)
def decide_scores(competition_score_list_id: UUID, action: str) -> ResponseReturnValue:
    """Confirm scores, which stand in the round then, or refuse them."""
    return decide_on(
        measuring.take_step, competition_score_list_id, action,
        then=redirect(url_for(".scores", competition_score_list_id=competition_score_list_id), code=303),
        again=lambda: _scores_page(competition_score_list_id), approved=_("Confirmed: the scores stand in the round now."),
    )  # fmt: skip


@blueprint.post("/corrections/<uuid:competition_correction_id>")
@requires(REVIEW)
@paced(120)
def decide_correction(competition_correction_id: UUID) -> ResponseReturnValue:
    """Grant a correction, which opens the sheet again, or refuse it."""
    found, form = appeals.find_correction(competition_correction_id), Form(AnswerForm)
    number = queries.find_start(queries.find_sheet(found.sheet_id).start_id).number
    with Attempt(form) as attempt:
        if form.submit():
            grants = form.data["decision"] == "accept"
            deciding.decide_correction(current_actor(), found.id, grants=grants)
            flash(_what_came_of_it(number, grants=grants), "success")
            return redirect(url_for(".index"), code=303)
    return _page(form), attempt.status


def _what_came_of_it(number: int, *, grants: bool) -> str:
    if grants:
        return _("The sheet of number %(number)s and the round are open again: its judge corrects it and signs it anew.", number=number)  # fmt: skip
    return _("The correction is turned down: the sheet of number %(number)s stays as it was signed.", number=number)


def _page(form: Form) -> str:
    actor = current_actor()
    return render(
        "events/competition/desk/to_decide.html", form=form, lists=second_person.list_scores(actor),
        corrections=second_person.list_corrections(actor), grants=GRANTS,
    )  # fmt: skip


def _scores_page(list_id: UUID) -> str:
    there = {"title": _("Scores and corrections to decide"), "href": url_for(".index")}
    return list_page(list_id, ".scores", [there, {"title": _("Scores from a sheet")}])
