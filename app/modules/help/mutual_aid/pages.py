"""The desk's pages of mutual aid: plans, the windows for them, enrolling."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.casework.routes import Route
from app.core.clock import today_in_china
from app.core.errors import DomainError, NotFound
from app.core.forms import Form, parse_uuid
from app.core.theming import render
from app.core.transactions import finish
from app.core.uploads import takes
from app.modules.help.mutual_aid import operations
from app.modules.help.mutual_aid.enrolment import Enrolled, enrol_roll, enrol_union
from app.modules.help.mutual_aid.formula import INVOICE_KINDS
from app.modules.help.mutual_aid.models import Plan
from app.modules.help.mutual_aid.operations import ENROL, SET_UP, WindowDays
from app.modules.help.mutual_aid.queries import (
    count_claims,
    count_covered,
    find_plan,
    find_window,
    list_plans,
    list_windows,
)
from app.modules.help.mutual_aid.roll import SHEETS, read_roll
from app.modules.help.mutual_aid.schemas import EnrolForm, PlanForm, RollForm, WindowForm
from app.modules.help.mutual_aid.tiers import write_tiers
from app.modules.help.mutual_aid.words import formula_facts, plan_facts, plan_figures
from tenants.context import current_actor
from tenants.ids import uuid7


def plans() -> ResponseReturnValue:
    found = list_plans()
    return render(
        "help/mutual_aid/plans.html",
        plans=found,
        covered=count_covered(plan.id for plan in found),
        may_set_up=current_actor().may(SET_UP),
    )


def new_plan() -> ResponseReturnValue:
    """The form of a plan, beginning with what the one says that it follows."""
    former = parse_uuid(request.args.get("like", ""))
    return _plan_form(Form(PlanForm, _written(find_plan(former)) if former else {}))


def set_up() -> ResponseReturnValue:
    form, once = Form(PlanForm), parse_uuid(request.form.get("_once", ""))
    if once is None:
        raise NotFound
    if not form.submit():
        return _plan_form(form), 422
    try:
        plan = operations.set_up_plan(current_actor(), once, form.data)
    except DomainError as refusal:
        return _refused(form, refusal, lambda: _plan_form(form))
    flash(_("The plan is set up."), "success")
    return redirect(url_for(".plan", plan_id=plan.id))


def plan(plan_id: UUID) -> ResponseReturnValue:
    return _plan_page(plan_id)


def delete_plan(plan_id: UUID) -> ResponseReturnValue:
    try:
        operations.delete_plan(current_actor(), plan_id)
    except operations.PlanInUse as refusal:
        finish(succeeded=False)
        flash(str(refusal.message), "error")
        return redirect(url_for(".plan", plan_id=plan_id))
    flash(_("The plan has been deleted."), "success")
    return redirect(url_for(".plans"))


def open_window(plan_id: UUID) -> ResponseReturnValue:
    form, once = Form(WindowForm), parse_uuid(request.form.get("_once", ""))
    if once is None:
        raise NotFound
    if not form.submit():
        return _plan_page(plan_id, form), 422
    days = WindowDays(form.data["opens_on"], form.data["closes_on"])
    try:
        operations.open_window(current_actor(), once, plan_id, form.data["union"], days)
    except DomainError as refusal:
        return _refused(form, refusal, lambda: _plan_page(plan_id, form))
    flash(_("The window is noted."), "success")
    return redirect(url_for(".plan", plan_id=plan_id))


def remove_window(window_id: UUID) -> ResponseReturnValue:
    found = operations.remove_window(current_actor(), window_id)
    flash(_("The window is removed; who was enrolled stays covered."), "success")
    return redirect(url_for(".plan", plan_id=found.id))


def enrolment(window_id: UUID) -> ResponseReturnValue:
    return _enrolment_page(window_id)


def enrol(window_id: UUID) -> ResponseReturnValue:
    form = Form(EnrolForm)
    if not form.submit():
        return _enrolment_page(window_id, union=form), 422
    try:
        done = enrol_union(current_actor(), window_id, form.data["union"], form.data.get("joined_until"))
    except DomainError as refusal:
        return _refused(form, refusal, lambda: _enrolment_page(window_id, union=form))
    _tell(done)
    return redirect(url_for(".enrolment", window_id=window_id))


@takes(SHEETS)
def enrol_from_sheet(window_id: UUID) -> ResponseReturnValue:
    """What became of the sheet is shown in the answer itself; sent again it enrols nobody twice."""
    form = Form(RollForm)
    form.submit()
    try:
        roll = read_roll(*SHEETS.one("roll"))
        done = enrol_roll(current_actor(), window_id, roll.people)
    except DomainError as refusal:
        return _refused(form, refusal, lambda: _enrolment_page(window_id, roll=form))
    _tell(done)
    refusals = sorted((*roll.refusals, *done.refusals), key=lambda each: each.line)
    return _enrolment_page(window_id, refusals=refusals)


def _tell(done: Enrolled) -> None:
    if done.enrolled:
        flash(ngettext("One member was enrolled.", "%(num)d members were enrolled.", done.enrolled), "success")
    else:
        flash(_("Nobody was enrolled."), "info")
    if done.covered_before:
        flash(ngettext("One is covered in these days already.", "%(num)d are covered in these days already.",
                       done.covered_before), "info")  # fmt: skip


def _refused(form: Form, refusal: DomainError, page: Any) -> ResponseReturnValue:
    if isinstance(refusal, NotFound):
        raise refusal
    finish(succeeded=False)
    form.refuse(refusal)
    return page(), refusal.status


def _written(found: Plan) -> dict[str, Any]:
    """What a plan says, as it would be typed."""
    money = {"contribution": found.contribution_cents, "deductible": found.deductible_cents,
             "claim_cap": found.claim_cap_cents, "period_cap": found.period_cap_cents}  # fmt: skip
    return {
        "name": found.name, "source": found.source, "covers_from": found.covers_from.isoformat(),
        "covers_until": found.covers_until.isoformat(), "waiting_days": str(found.waiting_days),
        "tiers": write_tiers(found.formula.tiers), "counted_kinds": list(found.counted_kinds),
        **{name: f"{cents / 100:.2f}".removesuffix(".00") for name, cents in money.items()},
    }  # fmt: skip


def _plan_form(form: Form) -> str:
    return render("help/mutual_aid/plan_form.html", form=form, once=request.form.get("_once") or uuid7(),
                  invoice_kinds=list(INVOICE_KINDS.items()))  # fmt: skip


def _plan_page(plan_id: UUID, window: Form | None = None) -> str:
    found, today, covered = find_plan(plan_id), today_in_china(), count_covered([plan_id]).get(plan_id, 0)
    return render(
        "help/mutual_aid/plan.html", plan=found, facts=[*plan_facts(found), *formula_facts(found.formula)], windows=list_windows(plan_id),
        today=today, covered=covered, may_set_up=current_actor().may(SET_UP), figures=plan_figures(found, covered, count_claims(plan_id)),
        form=window or Form(WindowForm), once=request.form.get("_once") or uuid7(),
    )  # fmt: skip


def _enrolment_page(
    window_id: UUID, *, union: Form | None = None, roll: Form | None = None, refusals: Any = None
) -> str:
    window = find_window(window_id)
    row = next(each for each in list_windows(window.plan_id) if each.window.id == window_id)
    return render(
        "help/mutual_aid/enrolment.html", row=row, plan=find_plan(window.plan_id), is_open=row.is_open(today_in_china()),
        form=union or Form(EnrolForm), roll=roll or Form(RollForm), refusals=refusals, takes=SHEETS,
    )  # fmt: skip


DESK_ROUTES = (
    Route("/plans", "plans", plans, right=ENROL),
    Route("/plans/new", "new_plan", new_plan, right=SET_UP),
    Route("/plans/new", "set_up_plan", set_up, "POST", SET_UP),
    Route("/plans/<uuid:plan_id>", "plan", plan, right=ENROL),
    Route("/plans/<uuid:plan_id>/delete", "delete_plan", delete_plan, "POST", SET_UP),
    Route("/plans/<uuid:plan_id>/windows", "open_window", open_window, "POST", SET_UP),
    Route("/plans/windows/<uuid:window_id>", "enrolment", enrolment, right=ENROL),
    Route("/plans/windows/<uuid:window_id>", "enrol", enrol, "POST", ENROL),
    Route("/plans/windows/<uuid:window_id>/sheet", "enrol_from_sheet", enrol_from_sheet, "POST", ENROL),
    Route("/plans/windows/<uuid:window_id>/remove", "remove_window", remove_window, "POST", SET_UP),
)
