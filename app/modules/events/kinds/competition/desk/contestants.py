"""The list of contestants, as pages and as a workbook, and excluding one."""

from collections.abc import Iterator
from typing import IO
from urllib.parse import urlencode
from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.forms import Form, asked_for
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.kinds.competition import queries, registering
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.impartial import is_blind, require_no_judge
from app.modules.events.kinds.competition.settings import ListFilter, ReasonForm
from app.modules.events.kinds.competition.teams.queries import list_all_people
from app.modules.events.kinds.competition.words import REGISTERED, REGISTERED_COLOURS
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import current_actor

blueprint = APIBlueprint("contestants", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/contestants")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(campaign_id, Form(ReasonForm))


@blueprint.get("/<uuid:campaign_id>/contestants.xlsx")
@requires(MANAGE)
def export(campaign_id: UUID) -> ResponseReturnValue:
    """All contestants as a workbook, for nobody who judges still."""
    campaign = find_campaign(campaign_id, kind="competition")
    require_no_judge(current_actor(), campaign_id)
    target, number = in_file(lambda target: _write(target, campaign_id))
    record("events.competition_export", object_type="events_campaign", object_id=campaign_id, rows=number)
    return workbook(target, f"{campaign.title}-{_('Contestants')}", "contestants")


@blueprint.post("/contestants/<uuid:competition_contestant_id>/exclude")
@requires(MANAGE)
@paced(120)
def exclude(competition_contestant_id: UUID) -> ResponseReturnValue:
    """Take a contestant out of the competition."""
    campaign_id, form = queries.find_contestant(competition_contestant_id).campaign_id, Form(ReasonForm)
    with Attempt(form) as attempt:
        if form.submit():
            registering.exclude(competition_contestant_id, reason=form.data["reason"])
            flash(_("The contestant is excluded, and reads why."), "success")
            return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


def _page(campaign_id: UUID, form: Form) -> str:
    campaign, wanted = find_campaign(campaign_id, kind="competition"), asked_for(ListFilter)
    rows = queries.list_contestants(campaign_id, wanted["state"], wanted["after"], queries.PAGE + 1)
    kept = {"state": wanted["state"]} if wanted["state"] else {}
    more = len(rows) > queries.PAGE
    here = url_for(".index", campaign_id=campaign_id)
    return render(
        "events/competition/desk/contestants.html", campaign=campaign, rows=rows[: queries.PAGE], states=REGISTERED, colours=REGISTERED_COLOURS,
        filter={"values": kept, "errors": {}}, form=form, people=list_all_people(campaign_id), is_blind=is_blind(current_actor(), campaign_id), here=here, counts=queries.count_by_state(campaign_id),
        next_href=f"{here}?{urlencode({**kept, 'after': rows[queries.PAGE - 1].Contestant.number})}" if more else "",
        crumbs=crumbs(campaign, _("Contestants")),
    )  # fmt: skip


def _write(target: IO[bytes], campaign_id: UUID) -> int:
    headers = [_("Contestant number"), _("Name"), _("Union"), _("State"), _("Registered"), _("In the team")]
    return write_sheet(target, headers, _lines(campaign_id), widths={headers[2]: 36.0}, title=_("Contestants"))


def _lines(campaign_id: UUID) -> Iterator[tuple]:
    people = list_all_people(campaign_id)
    for each, union in queries.list_contestants(campaign_id):
        in_the_team = "、".join(person.name for person in people.get(each.team_id, ()))
        yield each.number, each.name, union or "", str(REGISTERED[each.state]), each.registered_at, in_the_team
