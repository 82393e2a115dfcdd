"""The staff's pages of budgets of beans, and of what is put into them by two people."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.beans import appropriations, budgets
from app.benefits.beans.catalogues import is_change_waiting, list_catalogues
from app.benefits.beans.kinds import TransactionKind
from app.benefits.beans.schemas import LONGEST_GROUND, LONGEST_TITLE, AppropriationForm, BudgetForm
from app.benefits.beans.words import TRANSACTIONS
from app.benefits.deciding import decide_on
from app.benefits.pace import paced
from app.benefits.proposal_words import PROPOSALS
from app.benefits.rights import APPROVE, MANAGE, VIEW
from app.core.access import requires
from app.core.clock import today_in_china
from app.core.errors import DomainError
from app.core.forms import Form, form_id, parse_uuid
from app.core.money import yuan
from app.core.theming import render
from app.core.transactions import finish
from app.unions.queries import list_subtree
from tenants.context import current_actor, current_zone
from tenants.ids import uuid7

blueprint = APIBlueprint("budgets", __name__, url_prefix="/budgets", enable_openapi=False)
MOST_UNIONS = 1000


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    rows = budgets.list_budgets(parse_uuid(request.args.get("before", "")), budgets.PAGE + 1)
    shown = rows[: budgets.PAGE]
    more = url_for(".index", before=shown[-1].budget.id) if len(rows) > budgets.PAGE else ""
    return render(
        "benefits/budgets.html", rows=shown, next_href=more, waiting=budgets.waiting_budgets(),
        catalogues_wait=is_change_waiting(), may_manage=current_actor().may(MANAGE),
    )  # fmt: skip


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    union_id = str(current_zone().union_id)
    return _new_page(Form(BudgetForm, {"union_id": union_id, "year": today_in_china().year, "value": "1"}))


@blueprint.post("/new")
@requires(MANAGE)
@paced(60)
def set_up() -> ResponseReturnValue:
    form, once = Form(BudgetForm), form_id()
    if not form.submit():
        return _new_page(form), 422
    given = dict(form.data)
    cents = given.pop("value")
    try:
        made = appropriations.set_up_budget(current_actor(), once, cents_per_bean=cents, **given)
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _new_page(form), refusal.status
    flash(_("The budget is set up. Put beans into it next."), "success")
    return redirect(url_for(".budget", budget_id=made.id))


@blueprint.get("/<uuid:budget_id>")
@requires(VIEW)
def budget(budget_id: UUID) -> ResponseReturnValue:
    return _page(budget_id, Form(AppropriationForm))


@blueprint.post("/<uuid:budget_id>")
@requires(MANAGE)
@paced(60)
def propose(budget_id: UUID) -> ResponseReturnValue:
    form = Form(AppropriationForm)
    if not form.submit():
        return _page(budget_id, form), 422
    given = form.data
    appropriations.propose(
        current_actor(), form_id(), budget_id=budget_id, kind=TransactionKind(given["kind"]), amount=given["amount"],
        ground=given["ground"],
    )  # fmt: skip
    flash(_("It waits for a second person now."), "success")
    return redirect(url_for(".budget", budget_id=budget_id))


@blueprint.post("/<uuid:budget_id>/appropriations/<uuid:appropriation_id>/withdraw")
@requires(MANAGE)
@paced(60)
def withdraw(budget_id: UUID, appropriation_id: UUID) -> ResponseReturnValue:
    return _decide(budget_id, appropriation_id, "withdraw")


@blueprint.post("/<uuid:budget_id>/appropriations/<uuid:appropriation_id>/<any(approve, refuse):action>")
@requires(APPROVE)
@paced(120)
def decide(budget_id: UUID, appropriation_id: UUID, action: str) -> ResponseReturnValue:
    return _decide(budget_id, appropriation_id, action)


def _decide(budget_id: UUID, appropriation_id: UUID, action: str) -> ResponseReturnValue:
    return decide_on(
        appropriations.take_step, appropriation_id, action,
        then=redirect(url_for(".budget", budget_id=budget_id)), again=lambda: _page(budget_id, Form(AppropriationForm)),
        approved=_("Approved: it is in the ledger."),
    )  # fmt: skip


def _new_page(form: Form) -> str:
    unions = list_subtree(current_zone().union_path, limit=MOST_UNIONS)
    return render(
        "benefits/new_budget.html", form=form, once=uuid7(), longest_title=LONGEST_TITLE,
        unions=[(str(union.id), union.name) for union in unions if union.status == "active"],
        catalogues=[(str(each.id), each.title) for each in list_catalogues()],
    )  # fmt: skip


def _page(budget_id: UUID, form: Form) -> str:
    found, actor = budgets.find_budget(budget_id), current_actor()
    return render(
        "benefits/budget.html", row=found, budget=found.budget, returned=budgets.count_returned(budget_id), form=form, once=uuid7(),
        appropriations=budgets.list_appropriations(budget_id), transactions=TRANSACTIONS, states=PROPOSALS, yuan=yuan,
        me=actor.account_id, may_manage=actor.may(MANAGE), may_approve=actor.may(APPROVE), longest_ground=LONGEST_GROUND,
        kinds=[(str(kind), TRANSACTIONS[kind]) for kind in (TransactionKind.APPROPRIATE, TransactionKind.WITHDRAW)],
    )  # fmt: skip
