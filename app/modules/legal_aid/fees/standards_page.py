"""The zone's page of fee standards."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.casework.deeds import answer_form
from app.casework.forms import yuan
from app.casework.routes import Route
from app.core.forms import Form
from app.core.theming import render
from app.modules.legal_aid.fees.inputs import LONGEST_SOURCE, StandardSchema
from app.modules.legal_aid.fees.noting import list_noted, note_standard, withdraw_standard
from app.modules.legal_aid.fees.standards import Standard, Work, released
from app.modules.legal_aid.fees.words import WORKS
from app.modules.legal_aid.rights import MANAGE
from tenants.context import current_actor


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A standard as the list shows it, until the day before the next one; only what the zone noted has an id."""

    standard: Standard
    until: date | None
    id: UUID | None


def standards() -> ResponseReturnValue:
    return _page(Form(StandardSchema))


def note() -> ResponseReturnValue:
    form = Form(StandardSchema)
    return answer_form(form, lambda: note_standard(current_actor(), _new(form)), lambda: _page(form),
                       done=_("The standard is noted."), then=url_for(".fee_standards"))  # fmt: skip


def withdraw(standard_id: UUID) -> ResponseReturnValue:
    withdraw_standard(current_actor(), standard_id)
    flash(_("The standard is withdrawn."), "success")
    return redirect(url_for(".fee_standards"))


def _new(form: Form) -> Standard:
    given = form.data
    return Standard(
        Work(given["work"]), given["effective_from"], given["stage"], given["hour"], given["hours_most"],
        given["travel_most"], given["source"],
    )  # fmt: skip


def _page(form: Form) -> str:
    return render(
        "legal_aid/desk/fee_standards.html",
        rows=_rows(),
        form=form,
        works=WORKS,
        yuan=yuan,
        longest_source=LONGEST_SOURCE,
    )


def _rows() -> list[StandardRow]:
    """Every standard, work by work; of each the latest first, and what the zone noted before what came with the platform."""
    noted = [(each.standard, each.id) for each in list_noted()]
    came = [(each, None) for each in reversed(released())]
    rows = []
    for work in Work:
        for known in (noted, came):
            until = None
            for standard, standard_id in known:
                if standard.work is work:
                    rows.append(StandardRow(standard, until, standard_id))
                    until = standard.effective_from - timedelta(days=1)
    return rows


STANDARDS = "/fees/standards"
ROUTES = (
    Route(STANDARDS, "fee_standards", standards, right=MANAGE),
    Route(STANDARDS, "note_fee_standard", note, "POST", MANAGE),
    Route(f"{STANDARDS}/<uuid:standard_id>/withdraw", "withdraw_fee_standard", withdraw, "POST", MANAGE),
)
