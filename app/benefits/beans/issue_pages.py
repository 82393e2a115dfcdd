"""The staff's pages of issues of beans: made by one person, checked by another, watched by both."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.beans import issue_words as words
from app.benefits.beans import issuing
from app.benefits.beans.budgets import list_budgets
from app.benefits.beans.issue_lines import choose_members, count_lines, name_members
from app.benefits.beans.issue_schemas import (
    AnswerForm,
    ChoiceForm,
    IssueForm,
    ReasonForm,
    ReclaimForm,
    SheetForm,
    TermsForm,
)
from app.benefits.beans.issue_states import STEPS, IssueState
from app.benefits.beans.issues import (
    PAGE,
    count_written,
    get_issue,
    list_issues,
    list_not_given,
    list_reclaims,
    sample,
    waiting_issues,
    write_lines,
)
from app.benefits.beans.models import BeanIssue
from app.benefits.beans.reclaim_states import Whom
from app.benefits.beans.reclaiming import unspent
from app.benefits.beans.worth import giving_of, lines_worth
from app.benefits.pace import paced
from app.benefits.papers import Hand, Step, find_step
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.benefits.rules.categories import CATEGORIES
from app.benefits.rules.errors import CapReached
from app.benefits.rules.naming import Over, list_over
from app.core import audit
from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid, seen_mark
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.members.audience import Audience
from app.members.audience.form import as_typed, audience_of, choices
from app.members.audience.words import describe
from app.members.naming import SHEETS, Refusal
from tenants.context import current_actor
from tenants.ids import uuid7

blueprint = APIBlueprint("issues", __name__, url_prefix="/issues", enable_openapi=False)
MOST_BUDGETS = 200
USUAL_GRACE_DAYS = 30


@blueprint.get("/")
@requires(VIEW)
def issues() -> ResponseReturnValue:
    state = request.args.get("state", "")
    rows = list_issues(state if state in words.STATES else "", parse_uuid(request.args.get("before", "")), PAGE + 1)
    more = url_for(".issues", state=state or None, before=rows[PAGE - 1].issue.id) if len(rows) > PAGE else ""
    return render("benefits/issues.html", rows=rows[:PAGE], waiting=waiting_issues(), next_href=more, state=state, words=words,
                  may_manage=current_actor().may(MANAGE))  # fmt: skip


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    return _form_page(Form(IssueForm, {"id": str(uuid7()), "grace_days": USUAL_GRACE_DAYS}))


def _form_page(form: Form, found: BeanIssue | None = None) -> str:
    """The form of a new issue, or of one that there is."""
    budgets = [] if found else list_budgets(None, MOST_BUDGETS)
    return render("benefits/issue_form.html", form=form, issue=found, budgets=budgets, categories=CATEGORIES)


@blueprint.post("/new")
@requires(MANAGE)
@paced(60)
def draft() -> ResponseReturnValue:
    form = Form(IssueForm)
    if not form.submit():
        return _form_page(form), 422
    data = form.data
    try:
        made = issuing.draft_issue(
            current_actor(), data["id"], budget_id=data["budget_id"], category=data["category"], title=data["title"],
            expires_on=data["expires_on"], grace_days=data["grace_days"],
        )  # fmt: skip
    except NotFound:
        form.errors["budget_id"] = [_("Choose a budget.")]
        return _form_page(form), 422
    return redirect(url_for(".issue", issue_id=made.id))


@blueprint.get("/<uuid:issue_id>/edit")
@requires(MANAGE)
def edit(issue_id: UUID) -> ResponseReturnValue:
    found = get_issue(issue_id)
    typed = {
        "category": found.category,
        "title": found.title,
        "expires_on": found.expires_on.isoformat(),
        "grace_days": found.grace_days,
    }
    return _form_page(Form(TermsForm, typed, seen=found.mark), found)


@blueprint.post("/<uuid:issue_id>/edit")
@requires(MANAGE)
@paced(60)
def change(issue_id: UUID) -> ResponseReturnValue:
    form = Form(TermsForm)
    if not form.submit():
        return _form_page(form, get_issue(issue_id)), 422
    try:
        issuing.change_draft(current_actor(), issue_id, **form.data, seen=form.seen)
    except NotFound:
        raise
    except DomainError as refusal:
        form.refuse(refusal)
        return _form_page(form, get_issue(issue_id)), refusal.status
    return redirect(url_for(".issue", issue_id=issue_id))


@blueprint.get("/<uuid:issue_id>")
@requires(VIEW)
def issue(issue_id: UUID) -> ResponseReturnValue:
    return issue_page(get_issue(issue_id))


def issue_page(found: BeanIssue, over: Sequence[Over] = (), **forms: Form) -> str:
    """The page; `forms` are those that were refused, by what they are for, and `over` is whom a spending rule refuses it."""
    actor = current_actor()
    number, total = count_lines(found.id)
    audience = Audience.from_json(found.audience) if found.audience is not None else None
    is_mine, is_draft = found.made_by == actor.account_id, found.state == IssueState.DRAFT
    return render(
        "benefits/issue.html", issue=found, words=words, number=number, total=total, forms=forms, over=over,
        available=issuing.budget_account(found.budget_id)[1], budget=issuing.find_budget(found.budget_id), sample=sample(found.id),
        audience=describe(audience) if audience else [], refusals=[Refusal(*each) for each in found.problems],
        reclaims=list_reclaims(found.id), reclaim=forms.get("reclaim") or Form(ReclaimForm, {"id": str(uuid7())}),
        unspent=_unspent(found) if found.state == IssueState.ISSUED else {}, me=actor.account_id,
        answer=forms.get("answer") or Form(AnswerForm), may_manage=actor.may(MANAGE), may_approve=actor.may(APPROVE),
        written=count_written(found.id), category=CATEGORIES[found.category], not_given=list_not_given(found.id), takes=SHEETS, choices=choices() if is_draft else {},
        choice=forms.get("choice") or Form(ChoiceForm, _chosen(found, audience)),
        sheet=forms.get("sheet") or Form(SheetForm), check=forms.get("check") or Form(ReasonForm),
        makes=is_mine and actor.may(MANAGE), checks=not is_mine and actor.may(APPROVE),
    )  # fmt: skip


def _unspent(found: BeanIssue) -> dict[Whom, tuple[int, int]]:
    """From how many members how many beans could be taken back, by from whom."""
    return {whom: unspent(found, whom) for whom in Whom}


def _chosen(found: BeanIssue, audience: Audience | None) -> dict[str, Any]:
    return {} if audience is None else as_typed(audience) | {"amount": found.amount_each}


@blueprint.get("/<uuid:issue_id>/progress")
@requires(VIEW)
def progress(issue_id: UUID) -> ResponseReturnValue:
    """The progress bar alone; once all is written it makes the page load anew."""
    found = get_issue(issue_id)
    response = Response(render("benefits/issue_progress.html", issue=found, written=count_written(issue_id)))
    if found.state != IssueState.APPROVED:
        response.headers["HX-Refresh"] = "true"
    return response


@blueprint.post("/<uuid:issue_id>/choice")
@requires(MANAGE)
@paced(60)
def choose(issue_id: UUID) -> ResponseReturnValue:
    form = Form(ChoiceForm)
    if not form.submit():
        return issue_page(get_issue(issue_id), choice=form), 422
    try:
        choose_members(current_actor(), issue_id, audience_of(form.data), form.data["amount"], seen=form.seen)
    except DomainError as refusal:
        return refused(issue_id, form, "choice", refusal)
    return redirect(url_for(".issue", issue_id=issue_id))


@blueprint.post("/<uuid:issue_id>/sheet")
@requires(MANAGE)
@takes(SHEETS)
@paced(30)
def send_sheet(issue_id: UUID) -> ResponseReturnValue:
    form = Form(SheetForm)
    form.submit()
    try:
        name_members(current_actor(), issue_id, *SHEETS.one("file"), seen=form.seen)
    except DomainError as refusal:
        return refused(issue_id, form, "sheet", refusal)
    return redirect(url_for(".issue", issue_id=issue_id))


@blueprint.post("/<uuid:issue_id>/make/<action>")
@requires(MANAGE)
@paced(120)
def make(issue_id: UUID, action: str) -> ResponseReturnValue:
    return _take(issue_id, find_step(STEPS, action, Hand.MAKER))


@blueprint.post("/<uuid:issue_id>/check/<action>")
@requires(APPROVE)
@paced(120)
def check(issue_id: UUID, action: str) -> ResponseReturnValue:
    return _take(issue_id, find_step(STEPS, action, Hand.CHECKER))


def _take(issue_id: UUID, step: Step) -> ResponseReturnValue:
    form = Form(ReasonForm)
    if not form.submit():
        return issue_page(get_issue(issue_id), check=form), 422
    try:
        issuing.take_step(current_actor(), issue_id, step, seen=seen_mark(), reason=form.data["reason"])
    except DomainError as refusal:
        return refused(issue_id, form, "check", refusal)
    flash(str(words.DONE[step.action]), "success")
    return redirect(url_for(".issue", issue_id=issue_id))


def refused(issue_id: UUID, form: Form, place: str, refusal: DomainError) -> ResponseReturnValue:
    """The page as it stands now, with what was typed; nothing of what was begun stays."""
    if isinstance(refusal, NotFound):
        raise refusal
    finish(succeeded=False)
    form.refuse(refusal)
    found = get_issue(issue_id)
    if not isinstance(refusal, ChangedMeanwhile):
        form.seen = found.mark
    over = list_over(giving_of(found), lines_worth(found)) if isinstance(refusal, CapReached) else ()
    return issue_page(found, over, **{place: form}), refusal.status


@blueprint.post("/<uuid:issue_id>/export")
@requires(VIEW)
@paced(30)
def export(issue_id: UUID) -> ResponseReturnValue:
    found = get_issue(issue_id)
    target, number = in_file(lambda target: write_lines(target, issue_id))
    audit.record("beans.export_issue", object_type="bean_issue", object_id=found.id, members=number)
    return workbook(target, found.title, "beans")
