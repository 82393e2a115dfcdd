"""Who judges which rounds: found by name among those who may judge in the zone."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form
from app.core.theming import render
from app.modules.events.judging.naming import choose, find_colleague, list_people
from app.modules.events.kinds.competition import judging, queries
from app.modules.events.kinds.competition.crumbs import crumbs
from app.modules.events.kinds.competition.settings import AppointForm
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import current_actor

blueprint = APIBlueprint("judges", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/judges")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    return _page(campaign_id, Form(AppointForm))


@blueprint.post("/<uuid:campaign_id>/judges")
@requires(MANAGE)
@paced(120)
def appoint(campaign_id: UUID) -> ResponseReturnValue:
    """Say which rounds somebody judges; none dismisses them."""
    find_campaign(campaign_id, kind="competition")
    form = Form(AppointForm)
    with Attempt(form) as attempt:
        if form.submit():
            colleague = find_colleague(form.data["account_id"])
            appointed = judging.appoint(current_actor(), campaign_id, colleague, form.data["rounds"])
            words = _("%(name)s judges the rounds chosen.") if appointed else _("%(name)s judges no round any more.")
            flash(words % {"name": colleague.name}, "success")
            return redirect(url_for(".index", campaign_id=campaign_id), code=303)
    return _page(campaign_id, form), attempt.status


def _page(campaign_id: UUID, form: Form) -> str:
    text, people = request.args.get("q", "").strip(" \0"), list_people()
    campaign, appointed = find_campaign(campaign_id, kind="competition"), queries.list_judges(campaign_id)
    rounds_of: dict[UUID, set[UUID]] = {}
    for each in appointed:
        rounds_of.setdefault(each.account_id, set())
        if each.dismissed_at is None:
            rounds_of[each.account_id].add(each.round_id)
    judges = {account_id for account_id, rounds in rounds_of.items() if rounds}
    choice = choose(people, text, judges, {each.account_id: each.name for each in appointed})
    return render(
        "events/competition/desk/judges.html", campaign=campaign, form=form, choice=choice, rounds=queries.list_rounds(campaign_id), rounds_of=rounds_of, account_id=current_actor().account_id,
        filter={"values": {"q": text} if text else {}, "errors": {}}, here=url_for(".index", campaign_id=campaign_id),
        crumbs=crumbs(campaign, _("Judges")),
    )  # fmt: skip
