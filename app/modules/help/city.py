"""The city's page of help: the minimum living standards that calculations rest on."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import or_, select

from app.casework.forms import yuan
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form
from app.core.places import Place, PlacedBlueprint
from app.core.theming import render
from app.modules.help.means.in_force import released
from app.modules.help.means.models import LocalStandard
from app.modules.help.means.noting import NOTE_STANDARDS, NewStandard, note_standard, withdraw_standard
from app.modules.help.means.rules import Standard
from app.modules.help.means.schemas import LONGEST_SOURCE, StandardForm
from app.unions.models import Union
from tenants.context import Plane, current_actor
from tenants.database import db
from tenants.models import Zone

blueprint = PlacedBlueprint(
    "city_help",
    __name__,
    place=Place.CITY,
    plane=Plane.CITY,
    module="help",
    url_prefix="/city/help",
    enable_openapi=False,
)


@dataclass(frozen=True, slots=True)
class StandardRow:
    """A line as the list shows it, until the day before the next one; only what the city noted has an id."""

    standard: Standard
    until: date | None
    id: UUID | None


@blueprint.get("/standards")
@requires(NOTE_STANDARDS)
def standards() -> ResponseReturnValue:
    return _page(Form(StandardForm))


@blueprint.post("/standards")
@requires(NOTE_STANDARDS)
def note() -> ResponseReturnValue:
    form = Form(StandardForm)
    if not form.submit():
        return _page(form), 422
    with Attempt(form) as attempt:
        note_standard(current_actor(), _new(form))
        flash(_("The line is noted."), "success")
        return redirect(url_for(".standards"))
    return _page(form), attempt.status


@blueprint.post("/standards/<uuid:standard_id>/withdraw")
@requires(NOTE_STANDARDS)
def withdraw(standard_id: UUID) -> ResponseReturnValue:
    withdraw_standard(current_actor(), standard_id)
    flash(_("The line is withdrawn."), "success")
    return redirect(url_for(".standards"))


def _new(form: Form) -> NewStandard:
    given = form.data
    return NewStandard(given["union_id"], given["effective_from"], given["line"], given["source"])


def _page(form: Form) -> str:
    return render(
        "help/standards.html", rows=_rows(), form=form, regions=_regions(), longest_source=LONGEST_SOURCE, yuan=yuan,
        rule_set=released()[1][-1],
    )  # fmt: skip


def _rows() -> list[StandardRow]:
    """Every line, region by region, the latest first."""
    noted = db.session.scalars(select(LocalStandard)).all()
    known = [(each.standard, each.id) for each in noted] + [(each, None) for each in released()[0]]
    known.sort(key=lambda each: (each[0].region, each[1] is not None, each[0].effective_from), reverse=True)
    rows, later = [], None
    for standard, standard_id in known:
        ends = later and (later[0].region, later[1] is None) == (standard.region, standard_id is None)
        until = later[0].effective_from - timedelta(days=1) if later and ends else None
        rows.append(StandardRow(standard, until, standard_id))
        later = (standard, standard_id)
    return rows


def _regions() -> list[tuple[str, str]]:
    """The city, and every union with a zone: each may have a line of its own."""
    has_zone = select(Zone.union_id)
    unions = select(Union.id, Union.name, Union.parent_id).where(or_(Union.parent_id.is_(None), Union.id.in_(has_zone)))
    rows = db.session.execute(unions.order_by(Union.path)).all()
    return [(str(row.id), _("The whole city") if row.parent_id is None else row.name) for row in rows]
