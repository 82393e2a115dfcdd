"""The staff's pages of a jury: who judges, how far it is, which works lack scores, and all sheets."""

from uuid import UUID

from apiflask import APIBlueprint
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.benefits.pace import paced
from app.core.access import requires
from app.core.attempts import Attempt
from app.core.forms import Form, number_asked
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.judging.naming import choose, find_colleague, list_people
from app.modules.events.judging.scores import points, tenths
from app.modules.events.kinds.works.jury import appointing, queries
from app.modules.events.kinds.works.jury.progress import progress_of
from app.modules.events.kinds.works.jury.ranking import jury_points
from app.modules.events.kinds.works.settings import JudgeForm
from app.modules.events.rights import MANAGE
from tenants.context import current_actor

blueprint = APIBlueprint("jury", __name__, enable_openapi=False)


@blueprint.get("/<uuid:campaign_id>/jury")
@requires(MANAGE)
def index(campaign_id: UUID) -> ResponseReturnValue:
    """Judges with their progress, and a page of works with what was handed in for each, or those alone that lack scores; for a judge
    themselves who judges, and no more."""
    campaign, jury = queries.find_jury(campaign_id)
    if appointing.is_blind(current_actor(), campaign):
        return render("events/works/desk/jury/blind.html", campaign=campaign, jury=jury, judges=queries.list_judges(campaign_id),
                      account_id=current_actor().account_id, crumbs=crumbs(campaign, _("Jury")))  # fmt: skip
    progress, lacking = progress_of(campaign_id, jury), request.args.get("lacking") == "1"
    only = progress.lacking if lacking else None
    rows = queries.list_works(campaign_id, only=only, after=number_asked("after"), limit=queries.PAGE + 1)
    more, rows = len(rows) > queries.PAGE, rows[: queries.PAGE]
    criteria, judges = queries.list_criteria(campaign_id), queries.list_judges(campaign_id)
    next_href = url_for(".index", campaign_id=campaign_id, lacking="1" if lacking else None, after=rows[-1].number) if more else ""  # fmt: skip
    return render(
        "events/works/desk/jury/index.html", campaign=campaign, jury=jury, rows=rows, progress=progress, lacking=lacking, judges=judges,
        names={each.id: each.name for each in judges}, criteria=criteria, tenths=tenths, points=points, next_href=next_href,
        sheets=queries.list_sheets(campaign_id, [each.id for each in rows]), recusals=queries.list_recusals(campaign_id),
        means={work_id: jury_points(criteria, sheets, least=1) for work_id, sheets in progress.counting.items()},
        crumbs=crumbs(campaign, _("Jury")),
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/jury/judges")
@requires(MANAGE)
def judges(campaign_id: UUID) -> ResponseReturnValue:
    return _judges_page(campaign_id, Form(JudgeForm))


@blueprint.post("/<uuid:campaign_id>/jury/judges")
@requires(MANAGE)
@paced(120)
def appoint(campaign_id: UUID) -> ResponseReturnValue:
    """Let somebody judge, or judge no more."""
    queries.find_jury(campaign_id)
    form = Form(JudgeForm)
    with Attempt(form) as attempt:
        if form.submit():
            if form.data["judges"]:
                judge = appointing.appoint(current_actor(), campaign_id, find_colleague(form.data["account_id"]))
                flash(_("%(name)s judges.", name=judge.name), "success")
            else:
                judge = appointing.dismiss(current_actor(), campaign_id, form.data["account_id"])
                flash(_("%(name)s judges no more; what they handed in does not count.", name=judge.name), "success")
            return redirect(url_for(".judges", campaign_id=campaign_id), code=303)
    return _judges_page(campaign_id, form), attempt.status


def _judges_page(campaign_id: UUID, form: Form) -> str:
    text, people = request.args.get("q", "").strip(" \0"), list_people()
    campaign, _jury = queries.find_jury(campaign_id)
    appointed = queries.list_judges(campaign_id)
    sitting = {each.account_id for each in appointed if each.dismissed_at is None}
    return render(
        "events/works/desk/jury/judges.html", campaign=campaign, form=form, sitting=sitting, account_id=current_actor().account_id,
        choice=choose(people, text, sitting, {each.account_id: each.name for each in appointed}),
        filter={"values": {"q": text} if text else {}, "errors": {}}, here=url_for(".judges", campaign_id=campaign_id),
        crumbs=crumbs(campaign, _("Judges")),
    )  # fmt: skip
