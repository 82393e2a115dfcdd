"""The staff's pages of weeks: the list, writing one, and ending it."""

from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.forms import Form, form_id, seen_mark
from app.core.places import Place, PlacedBlueprint
from app.core.seen import ChangedMeanwhile
from app.core.theming import render
from app.modules.events.rights import MANAGE
from app.modules.events.weeks.models import Week
from app.modules.events.weeks.operations import Written, announce_week, edit_week, end_week, write_week
from app.modules.events.weeks.queries import find_week, list_weeks
from app.modules.events.weeks.schemas import WeekForm
from app.modules.events.weeks.words import HOW_OFTEN
from tenants.context import Plane
from tenants.ids import uuid7

blueprint = PlacedBlueprint(
    "weeks", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/weeks", enable_openapi=False
)
WRITTEN = ("title", "summary", "first_on", "last_on", "every")


@blueprint.get("/")
@requires(MANAGE)
def index() -> ResponseReturnValue:
    return render("events/desk/weeks/list.html", weeks=list_weeks(), how_often=HOW_OFTEN, crumbs=_crumbs())


@blueprint.get("/new")
@requires(MANAGE)
def new() -> ResponseReturnValue:
    return _page(Form(WeekForm), once=uuid7())


@blueprint.post("/new")
@requires(MANAGE)
@paced(60)
def create() -> ResponseReturnValue:
    form, once = Form(WeekForm), form_id()
    if not form.submit():
        return _page(form, once=once), 422
    write_week(once, Written(**form.data))
    return redirect(url_for(".index"), code=303)


@blueprint.get("/<uuid:events_week_id>/edit")
@requires(MANAGE)
def edit(events_week_id: UUID) -> ResponseReturnValue:
    week = find_week(events_week_id)
    return _page(Form(WeekForm, {name: getattr(week, name) for name in WRITTEN}, seen=week.mark), week)


@blueprint.post("/<uuid:events_week_id>/edit")
@requires(MANAGE)
@paced(60)
def save(events_week_id: UUID) -> ResponseReturnValue:
    form = Form(WeekForm)
    if not form.submit():
        return _page(form, find_week(events_week_id)), 422
    try:
        edit_week(events_week_id, Written(**form.data), seen=form.seen)
    except ChangedMeanwhile as refusal:
        form.refuse(refusal)
        return _page(form, refusal.saved), refusal.status
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<uuid:events_week_id>/announce")
@requires(MANAGE)
@paced(60)
def announce(events_week_id: UUID) -> ResponseReturnValue:
    week = announce_week(events_week_id, seen=seen_mark())
    flash(_("Members see “%(title)s” now.", title=week.title), "success")
    return redirect(url_for(".index"), code=303)


@blueprint.post("/<uuid:events_week_id>/end")
@requires(MANAGE)
@paced(60)
def end(events_week_id: UUID) -> ResponseReturnValue:
    week = end_week(events_week_id, seen=seen_mark())
    flash(_("“%(title)s” does not come again.", title=week.title), "success")
    return redirect(url_for(".index"), code=303)


def _page(form: Form, week: Week | None = None, *, once: UUID | None = None) -> str:
    crumbs = [*_crumbs(), {"title": week.title if week else _("New campaign week")}]
    return render(
        "events/desk/weeks/edit.html", form=form, week=week, once=once, how_often=list(HOW_OFTEN.items()), crumbs=crumbs
    )


def _crumbs() -> list[dict[str, str]]:
    return [
        {"title": _("Campaigns"), "href": url_for("console_events.index")},
        {"title": _("Campaign weeks"), "href": url_for(".index")},
    ]
