"""The city's pages of casework: the working-day calendar, year by year, and noting the notice of one."""

from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.casework.calendar.day_lines import write_day_lines
from app.casework.calendar.in_force import missing_notices, read_calendar
from app.casework.calendar.models import CalendarYear
from app.casework.calendar.months import months_of, weekday_titles
from app.casework.calendar.noting import mark_of, note_year, withdraw_year
from app.casework.calendar.schemas import LONGEST_LIST, LONGEST_SOURCE, NoticeForm
from app.casework.calendar.working_days import Notice, WorkCalendar
from app.core.access import requires
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.forms import Form, seen_mark
from app.core.places import Place, PlacedBlueprint
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from tenants.context import Plane
from tenants.database import db

blueprint = PlacedBlueprint(
    "city_calendar", __name__, place=Place.CITY, plane=Plane.CITY, url_prefix="/city/calendar", enable_openapi=False
)


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year as the list shows it; `is_noted` where its notice is the city's and not the release's."""

    year: int
    notice: Notice | None
    is_noted: bool


@blueprint.get("/")
@requires("city.calendar")
def years() -> ResponseReturnValue:
    calendar = read_calendar()
    rows = sorted(_rows(calendar).values(), key=lambda row: row.year, reverse=True)
    return render("casework/calendar.html", rows=rows, missing=missing_notices(today_in_china(), calendar))


@blueprint.get("/<int:year>")
@requires("city.calendar")
def year(year: int) -> ResponseReturnValue:
    notice = _find(year).notice
    return _page(year, Form(NoticeForm(year), _written(notice), seen=mark_of(notice)))


@blueprint.post("/<int:year>")
@requires("city.calendar")
def note(year: int) -> ResponseReturnValue:
    """Check a notice and show its year; the very notice that was shown is kept when it is sent again."""
    _find(year)
    form = Form(NoticeForm(year))
    if not form.submit():
        return _page(year, form, status=422)
    notice: Notice = form.data
    if request.form.get("previewed") != mark_of(notice):
        return _page(year, form, previewed=notice)
    try:
        note_year(notice, form.seen)
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        form.refuse(refusal)
        return _page(year, form, previewed=notice, saved=_written(refusal.saved), status=refusal.status)
    flash(_("The notice for %(year)s holds now.", year=year), "success")
    return redirect(url_for(".years"))


@blueprint.post("/<int:year>/withdraw")
@requires("city.calendar")
def withdraw(year: int) -> ResponseReturnValue:
    try:
        withdraw_year(year, seen_mark())
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        flash(str(refusal.message), "error")
        notice = _find(year).notice
        return _page(year, Form(NoticeForm(year), _written(notice), seen=mark_of(notice)), status=refusal.status)
    flash(_("What the city noted for %(year)s is withdrawn.", year=year), "success")
    return redirect(url_for(".years"))


def _rows(calendar: WorkCalendar) -> dict[int, YearRow]:
    """The years there is something to say of: those with a notice, this one and the next."""
    this_year, noted = today_in_china().year, set(db.session.scalars(select(CalendarYear.year)))
    years = {*calendar.notices, this_year, this_year + 1}
    return {year: YearRow(year, calendar.notices.get(year), year in noted) for year in years}


def _find(year: int) -> YearRow:
    """Raises `NotFound`."""
    row = _rows(read_calendar()).get(year)
    if row is None:
        raise NotFound
    return row


def _written(notice: Notice | None) -> dict[str, str]:
    if notice is None:
        return {}
    return {
        "source": notice.source,
        "days_off": write_day_lines(notice.days_off),
        "make_up_workdays": write_day_lines(notice.make_up_workdays),
    }


def _page(
    year: int, form: Form, *, previewed: Notice | None = None, saved: dict[str, str] | None = None, status: int = 200
) -> ResponseReturnValue:
    shown = read_calendar().with_notices([previewed] if previewed else [])
    return render(
        "casework/calendar_year.html", row=_find(year), form=form, saved=saved,
        preview_mark=mark_of(previewed), weekdays=weekday_titles(),
        months=months_of(year, shown),
        longest_source=LONGEST_SOURCE, longest_list=LONGEST_LIST,
    ), status  # fmt: skip
