"""Taking beans of an issue back, on the issue's page: proposed by one person, decided on by another."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.benefits.beans import issue_words as words
from app.benefits.beans import reclaiming
from app.benefits.beans.issue_pages import blueprint, issue_page, refused
from app.benefits.beans.issue_schemas import AnswerForm, ReclaimForm
from app.benefits.beans.issues import get_issue, get_reclaim
from app.benefits.beans.reclaim_states import STEPS, Whom
from app.benefits.pace import paced
from app.benefits.papers import Hand, Step, find_step
from app.benefits.rights import APPROVE, MANAGE
from app.core.access import requires
from app.core.errors import DomainError
from app.core.forms import Form, seen_mark
from tenants.context import current_actor


@blueprint.post("/<uuid:issue_id>/reclaims")
@requires(MANAGE)
@paced(60)
def propose_reclaim(issue_id: UUID) -> ResponseReturnValue:
    form = Form(ReclaimForm)
    if not form.submit():
        return issue_page(get_issue(issue_id), reclaim=form), 422
    data = form.data
    try:
        reclaiming.propose(current_actor(), data["id"], issue_id, Whom(data["whom"]), data["why"])
    except DomainError as refusal:
        return refused(issue_id, form, "reclaim", refusal)
    flash(str(words.DONE["propose_reclaim"]), "success")
    return redirect(url_for(".issue", issue_id=issue_id))


@blueprint.post("/reclaims/<uuid:reclaim_id>/make/<action>")
@requires(MANAGE)
@paced(120)
def make_reclaim(reclaim_id: UUID, action: str) -> ResponseReturnValue:
    return _take(reclaim_id, find_step(STEPS, action, Hand.MAKER))


@blueprint.post("/reclaims/<uuid:reclaim_id>/check/<action>")
@requires(APPROVE)
@paced(120)
def check_reclaim(reclaim_id: UUID, action: str) -> ResponseReturnValue:
    return _take(reclaim_id, find_step(STEPS, action, Hand.CHECKER))


def _take(reclaim_id: UUID, step: Step) -> ResponseReturnValue:
    issue_id = get_reclaim(reclaim_id).issue_id
    form = Form(AnswerForm)
    if not form.submit():
        return issue_page(get_issue(issue_id), answer=form), 422
    try:
        reclaiming.take_step(current_actor(), reclaim_id, step, seen=seen_mark(), answer=form.data["answer"])
    except DomainError as refusal:
        return refused(issue_id, form, "answer", refusal)
    flash(str(words.DONE[step.action]), "success")
    return redirect(url_for(".issue", issue_id=issue_id))
