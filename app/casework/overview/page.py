"""The leaders' page of a module's cases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from marshmallow import Schema, fields, validate

from app.casework.forms import Money
from app.casework.handover.counting import handover_table
from app.casework.here import module_here
from app.casework.inputs import Told
from app.casework.kinds import Casework, casework_of
from app.casework.overview.budgets import NONE_YET, enter_budget, find_budget
from app.casework.overview.charts import CHARTS
from app.casework.overview.counting import Asked, Period, count_load
from app.casework.overview.funds import count_funds
from app.casework.overview.tables import Table, answer_table, money_table, outcome_table
from app.casework.pace import WHOLE_LISTS
from app.casework.routes import DECIDE, Route
from app.core import audit
from app.core.clock import today_in_china
from app.core.downloads import in_file, workbook
from app.core.errors import DomainError, NotFound
from app.core.forms import Form
from app.core.modules import Text
from app.core.platform import platform
from app.core.sheets import write_sheet
from app.core.theming import render
from app.core.transactions import finish
from tenants.context import current_actor

MOST_YEARS = 10


@dataclass(frozen=True, slots=True)
class Titled:
    title: str
    table: Table


class BudgetSchema(Schema):
    """A year's budget."""

    year = fields.Integer(required=True, validate=validate.Range(min=2000, max=2200))
    budget = Told(Money("budget", lazy_gettext("Budget")), required=True)


def overview() -> ResponseReturnValue:
    return _page(_period())


def enter() -> ResponseReturnValue:
    form, period = Form(BudgetSchema), _period()
    if not form.submit():
        return _page(period, form), 422
    try:
        enter_budget(current_actor(), module_here(), form.data["year"], form.data["budget"], seen=form.seen)
    except NotFound:
        raise
    except DomainError as error:
        finish(succeeded=False)
        form.refuse(error)
        return _page(period, form), error.status
    flash(_("The budget has been entered."), "success")
    return redirect(url_for(".overview", **_query(period)))


def chart(chart: str) -> ResponseReturnValue:
    """The figures of one chart, for the script that draws it."""
    if chart not in CHARTS:
        raise NotFound
    return jsonify(CHARTS[chart](Asked(casework_of(module_here()), _period())).for_script())


def export() -> ResponseReturnValue:
    module, period, day = module_here(), _period(), f"{today_in_china():%Y%m%d}"
    title = _("Figures of %(module)s", module=platform().modules[module].title)
    tables = _tables(Asked(casework_of(module), period))
    target, _nothing = in_file(
        lambda target: write_sheet(target, [title, _span(period)], _lines(tables), title=title[:31])
    )
    audit.record(
        f"{module}.export_figures", object_type="case", first=f"{period.first:%Y-%m}", last=f"{period.last:%Y-%m}"
    )
    return workbook(target, f"{title}-{day}", f"{module}-figures-{day}")


def _page(period: Period, refused: Form | None = None) -> str:
    module, year = module_here(), period.last.year
    asked = Asked(casework_of(module), period)
    budget = find_budget(module, year)
    typed = {"year": year, "budget": f"{budget.cents / 100:.2f}" if budget else ""}
    return render(
        "casework/desk/overview.html",
        title=platform().modules[module].title,
        tables=_tables(asked),
        charts=[draw(asked) for draw in CHARTS.values()],
        query=_query(period),
        period={"values": _query(period), "errors": {}},
        span=_span(period),
        year=year,
        budget=budget,
        funds=count_funds(asked),
        form=refused or Form(BudgetSchema, typed, seen=budget.mark if budget else NONE_YET),
    )


def _tables(asked: Asked) -> list[Titled]:
    casework, found = asked.casework, asked.found
    tables = [
        Titled(_("Open cases by handler, now"), _load_table(casework.module)),
        Titled(_("Answers"), answer_table(casework, found, [
            _("Kind"), _("Answers"), _("In the promised time"), _("Median working days"),
        ])),
        Titled(_("Outcomes"), outcome_table(casework, found, _("Kind"))),
        Titled(_("Handed in"), money_table(casework, found.handed_in, found.requested, [
            _("Month"), _("Kind"), _("Cases"), _("Requested (yuan)"),
        ])),
    ]  # fmt: skip
    if _asks(casework, "amount_granted"):
        headings = [_("Month"), _("Kind"), _("Cases"), _("Granted (yuan)")]
        tables.append(Titled(_("Granted"), money_table(casework, found.grants, found.granted, headings)))
    if _asks(casework, "amount_recovered"):
        headings = [_("Month"), _("Kind"), _("Cases"), _("Recovered (yuan)")]
        tables.append(
            Titled(_("Recovered for members"), money_table(casework, found.recoveries, found.recovered, headings))
        )
    between = handover_table(
        casework, asked.period, [_("Kind"), _("Came from other unions"), _("Went to other unions")]
    )
    return [*tables, Titled(_("Between unions"), between)]


def _asks(casework: Casework, name: str) -> bool:
    """Whether a step of any of its kinds asks for this."""
    return any(name in step.asks for kind in casework.kinds for step in kind.table.steps)


def _load_table(module: str) -> Table:
    rows: list[list[Text]] = [
        [load.handler or _("Nobody yet"), str(load.cases), str(load.late)] for load in count_load(module)
    ]
    return Table([_("Handler"), _("Open cases"), _("Overdue")], rows)


def _lines(tables: list[Titled]) -> Iterator[list[str]]:
    """All tables one below the other."""
    for titled in tables:
        yield from ([], [titled.title], [str(each) for each in titled.table.headings])
        yield from ([str(each) for each in row] for row in titled.table.rows)


def _period() -> Period:
    """The months asked for; this year where they are none."""
    first, last = _month("from"), _month("to")
    if first is None or last is None or not 0 <= last.year - first.year <= MOST_YEARS:
        return Period.year(today_in_china().year)
    return Period(min(first, last), max(first, last))


def _month(name: str) -> date | None:
    try:
        return date.fromisoformat(f"{request.values.get(name, '')}-01")
    except ValueError:
        return None


def _query(period: Period) -> dict[str, Any]:
    return {"from": f"{period.first:%Y-%m}", "to": f"{period.last:%Y-%m}"}


def _span(period: Period) -> str:
    return _("%(first)s to %(last)s", first=f"{period.first:%Y-%m}", last=f"{period.last:%Y-%m}")


ROUTES = (
    Route("/overview", "overview", overview, right=DECIDE),
    Route("/overview/charts/<chart>", "chart", chart, right=DECIDE),
    Route("/overview/budget", "enter_budget", enter, "POST", DECIDE),
    Route("/overview/export", "export_overview", export, "POST", DECIDE, pace=WHOLE_LISTS),
)
