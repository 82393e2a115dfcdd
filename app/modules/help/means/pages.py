"""The desk's page on which the handler establishes the figures of a household."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from app.casework.forms import CaseForm, LongText, Money, Section
from app.casework.forms.answers import written
from app.casework.forms.display import answered
from app.casework.forms.page import AnswerForm
from app.casework.queries import find_case
from app.casework.routes import REVIEW, Route
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.core.transactions import finish
from app.modules.help.means.calculations import establish, find_calculation, may_establish
from app.modules.help.means.questions import (
    DAMAGE,
    EXPENSES,
    INCOME_FIELD,
    PEOPLE,
    YEAR_FEES,
    answers_of,
    household_of,
)
from tenants.context import current_actor

REASON = "means_reason"
ONCE = tuple(Money(field.key, field.title) for field in (DAMAGE, YEAR_FEES))
FIGURES = CaseForm(
    "established",
    (
        Section(lazy_gettext("Your household"), (INCOME_FIELD, PEOPLE)),
        Section(lazy_gettext("Large expenses"), (*EXPENSES, *ONCE)),
        Section(lazy_gettext("Why these figures"), (
            LongText(REASON, lazy_gettext("Reasons, as the member will read them"), is_required=True, least=2),
        )),
    ),
)  # fmt: skip


def means(case_id: UUID) -> ResponseReturnValue:
    """The figures that count, for whoever reads the case; its handler establishes others."""
    found = find_calculation(case_id)
    if found is None:
        raise NotFound
    return _page(case_id, AnswerForm(FIGURES, written(FIGURES, answers_of(found.household)), seen=found.mark))


def establish_means(case_id: UUID) -> ResponseReturnValue:
    if "step" in request.form:
        return _with_other_rows(case_id)
    form = AnswerForm(FIGURES)
    household = household_of(form.data) if form.submit() else None
    if household is None:
        return _page(case_id, form), 422
    try:
        establish(current_actor(), case_id, household, form.data[REASON], seen=form.seen)
    except NotFound:
        raise
    except DomainError as refusal:
        finish(succeeded=False)
        form.refuse(refusal)
        return _page(case_id, form, is_changed=isinstance(refusal, ChangedMeanwhile)), refusal.status
    flash(_("The figures are established. The member reads why."), "success")
    return redirect(url_for(".case", case_id=case_id))


def _with_other_rows(case_id: UUID) -> ResponseReturnValue:
    """The page as it was typed, with a row more or less; nothing is established yet."""
    form = AnswerForm(FIGURES, is_draft=True)
    return _page(case_id, form) if form.submit() else (_page(case_id, form), 422)


def _page(case_id: UUID, form: Form, *, is_changed: bool = False) -> str:
    """The form for who may establish figures; for others, and after a conflict, those that count now."""
    case, found = find_case(case_id), find_calculation(case_id)
    is_form = may_establish(current_actor(), case)
    now = answered(FIGURES, answers_of(found.household)) if found and (is_changed or not is_form) else ()
    return render("help/desk/means.html", case=case, form=form, case_form=FIGURES, is_form=is_form, figures_now=now)


ROUTES = (
    Route("/<uuid:case_id>/means", "means", means, right=REVIEW),
    Route("/<uuid:case_id>/means", "establish_means", establish_means, "POST", REVIEW),
)
