"""Appeals that wait for an answer, corrections that are asked for, and what was decided on others."""

from collections.abc import Callable
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, form_id
from app.core.theming import render
from app.modules.events.kinds.competition import appeals, deciding, queries
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.impartial import is_blind
from app.modules.events.kinds.competition.models import Correction
from app.modules.events.kinds.competition.settings import AnswerForm, ReasonForm
from app.modules.events.kinds.competition.words import APPEAL_COLOURS, APPEALS, CORRECTIONS, GRANTS
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE, REVIEW
from tenants.context import current_actor

blueprint = APIBlueprint("deciding", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/appeals")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(campaign_id, Form(AnswerForm))


@blueprint.post("/appeals/<uuid:competition_appeal_id>")
@requires(MANAGE)
@paced(120)
def answer(competition_appeal_id: UUID) -> ResponseReturnValue:
    """Accept an appeal, which opens the sheets again, or refuse it."""
    found, form = appeals.find_appeal(competition_appeal_id), Form(AnswerForm)
    number = queries.find_start(found.start_id).number

    def do() -> str:
        accepts = form.data["decision"] == "accept"
        deciding.answer(current_actor(), found.id, accepts=accepts, words=form.data["answer"])
        if accepts:
            return _("The appeal of number %(number)s is accepted: their sheets and the round are open again.", number=number)  # fmt: skip
        return _("The appeal of number %(number)s is turned down; they read why.", number=number)

    return _decide(found.campaign_id, form, do, answered=found.id)


@blueprint.post("/sheets/<uuid:competition_sheet_id>/correct")
@requires(MANAGE)
@paced(60)
def ask_correction(competition_sheet_id: UUID) -> ResponseReturnValue:
    """Ask to open a signed sheet again."""
    found, form = queries.find_sheet(competition_sheet_id), Form(ReasonForm)

    def do() -> str:
        deciding.ask_correction(current_actor(), form_id(), found.id, form.data["reason"])
        return _("Somebody else decides on the correction.")

    return _decide(found.campaign_id, form, do)


def _decide(
    campaign_id: UUID, form: Form, do: Callable[[], str], *, answered: UUID | None = None
) -> ResponseReturnValue:
    """Do what was sent, which tells what came of it; `answered` is the appeal it is about."""
    with Attempt(form) as attempt:
        if form.submit():
            flash(do(), "success")
            return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form, answered), attempt.status


def _page(campaign_id: UUID, form: Form, answered: UUID | None = None) -> str:
    campaign, actor = find_campaign(campaign_id, kind="competition"), current_actor()
    return render(
        "events/competition/desk/appeals.html", campaign=campaign, form=form, answered=answered, appeals=appeals.list_appeals(campaign_id),
        corrections=appeals.list_corrections(Correction.campaign_id == campaign_id), states=APPEALS, colours=APPEAL_COLOURS, correction_states=CORRECTIONS,
        account_id=actor.account_id, is_blind=is_blind(actor, campaign_id), decisions=[("accept", _("Accept")), ("refuse", _("Turn down"))],
        grants=GRANTS, may_review=actor.may(REVIEW),
        crumbs=crumbs(campaign, _("Appeals and corrections")),
    )  # fmt: skip
