"""Where a case is handed on, and where who decides sees who has how much, hands over all, and says whose a union's cases are."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from app.casework.assignment import operations
from app.casework.assignment.colleagues import list_here, list_suited
from app.casework.assignment.errors import NobodyToGiveTo
from app.casework.assignment.inputs import DutySchema, HandOnSchema, HandOverSchema
from app.casework.assignment.queries import Load, count_in_hand, list_duties, loads
from app.casework.errors import NotTheHandler
from app.casework.here import module_here
from app.casework.kinds import casework_of
from app.casework.queries import find_case
from app.casework.routes import DECIDE, REVIEW, Route
from app.casework.settings import GIVEN, current_settings
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.theming import render
from app.core.transactions import finish
from app.identity.queries import Colleague
from tenants.context import current_actor

Options = list[tuple[str, str]]


def hand_on_page(case_id: UUID) -> ResponseReturnValue:
    return _hand_on_page(case_id, Form(HandOnSchema))


def hand_on(case_id: UUID) -> ResponseReturnValue:
    actor, form = current_actor(), Form(HandOnSchema)
    if not form.submit():
        return _hand_on_page(case_id, form), 422
    try:
        to = _chosen(list_suited(find_case(case_id)), form.data["handler"], "handler")
        operations.hand_on(actor, case_id, to, form.data["hand_on_reason"], seen=form.seen)
    except (NotFound, NotTheHandler):
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _hand_on_page(case_id, form), refusal.status
    flash(_("%(name)s has the case now.", name=to.name), "success")
    return redirect(url_for(".queue_list"))


def _hand_on_page(case_id: UUID, form: Form) -> str:
    case = find_case(case_id)
    if not operations.may_hand_on(current_actor(), case):
        raise NotFound
    suited = [one for one in list_suited(case) if one.account_id != case.handler_id]
    form.seen = form.seen or case.mark
    return render("casework/desk/hand_on.html", case=case, form=form, people=_with_loads(suited))


def handlers_page() -> ResponseReturnValue:
    return _handlers_page()


def hand_over() -> ResponseReturnValue:
    actor, module, form = current_actor(), module_here(), Form(HandOverSchema)
    if not form.submit():
        return _handlers_page(over=form), 422
    colleagues = list_here(casework_of(module).review)
    wanted = form.data["receiver"]
    try:
        receiver = _chosen(colleagues, wanted, "receiver") if wanted else None
    except NobodyToGiveTo as refusal:
        form.refuse(refusal)
        return _handlers_page(over=form), refusal.status
    done = operations.hand_over(actor, module, form.data["giver"], receiver, colleagues, form.data["reason"])
    if done.handed:
        flash(ngettext("One case was handed over.", "%(num)d cases were handed over.", done.handed), "success")
    if done.left:
        flash(ngettext("One case was left: nobody chosen may deal with it.",
                       "%(num)d cases were left: nobody chosen may deal with them.", done.left), "warning")  # fmt: skip
    if not (done.handed or done.left):
        flash(_("There was nothing to hand over."), "info")
    return redirect(url_for(".handlers"))


def set_duty() -> ResponseReturnValue:
    actor, module, form = current_actor(), module_here(), Form(DutySchema)
    if not form.submit():
        return _handlers_page(duty=form), 422
    colleagues = list_here(casework_of(module).review)
    try:
        operations.set_duty(actor, module, form.data["union"], _chosen(colleagues, form.data["handler"], "handler"))
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _handlers_page(duty=form), refusal.status
    flash(_("This holds for cases that come in from now on."), "success")
    return redirect(url_for(".handlers"))


def remove_duty(duty_id: UUID) -> ResponseReturnValue:
    operations.remove_duty(current_actor(), module_here(), duty_id)
    flash(_("This holds for cases that come in from now on."), "success")
    return redirect(url_for(".handlers"))


def _handlers_page(*, over: Form | None = None, duty: Form | None = None) -> str:
    module = module_here()
    colleagues = list_here(casework_of(module).review)
    people, in_hand = _with_loads(colleagues), count_in_hand(module)
    here = {one.account_id for one in colleagues}
    return render(
        "casework/desk/handlers.html", people=people, is_given=current_settings(module).assignment == GIVEN,
        rows=[_row(account_id, name, cases, account_id in here) for (account_id, name), cases in in_hand.items()],
        givers=[(str(account_id), f"{name} ({cases})") for (account_id, name), cases in in_hand.items()],
        duties=list_duties(module), here=here, over=over or Form(HandOverSchema), duty=duty or Form(DutySchema),
    )  # fmt: skip


def _row(account_id: UUID, name: str, cases: int, is_here: bool) -> dict[str, object]:
    return {"account_id": account_id, "name": name, "cases": cases, "is_here": is_here}


def _with_loads(people: list[Colleague]) -> Options:
    """People to choose from, each with what they have in hand, whoever has least first."""
    known = loads()
    found = sorted(people, key=lambda one: (known.get(one.account_id, Load()).weight, one.name))
    return [(str(one.account_id), _with_load(one.name, known.get(one.account_id, Load()))) for one in found]


def _with_load(name: str, load: Load) -> str:
    return _("%(name)s · %(cases)s in hand, load %(weight)s", name=name, cases=load.cases, weight=load.weight)


def _chosen(people: list[Colleague], account_id: UUID, field: str) -> Colleague:
    found = next((one for one in people if one.account_id == account_id), None)
    if found is None:
        raise NobodyToGiveTo(field=field)
    return found


ROUTES = (
    Route("/<uuid:case_id>/hand-on", "hand_on_page", hand_on_page, right=REVIEW, before_reading=True),
    Route("/<uuid:case_id>/hand-on", "hand_on", hand_on, "POST", REVIEW, before_reading=True),
    Route("/handlers", "handlers", handlers_page, right=DECIDE),
    Route("/handlers/hand-over", "hand_over", hand_over, "POST", DECIDE),
    Route("/handlers/duties", "set_duty", set_duty, "POST", DECIDE),
    Route("/handlers/duties/<uuid:duty_id>/remove", "remove_duty", remove_duty, "POST", DECIDE),
)
