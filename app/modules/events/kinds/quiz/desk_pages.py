"""The staff's pages of quizzes: the bank of questions, and the results of one."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.downloads import in_file, workbook
from app.core.errors import NotFound
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.quiz import queries, ranking
from app.modules.events.kinds.quiz.bank import pages
from app.modules.events.kinds.quiz.citywide import queries as citywide
from app.modules.events.kinds.quiz.citywide.queries import find_holding
from app.modules.events.kinds.quiz.offering import teams_in_words, unions_in_words
from app.modules.events.kinds.quiz.settings import rules_of
from app.modules.events.kinds.quiz.teams.queries import count_teams, names_by_team
from app.modules.events.kinds.quiz.words import time_used
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "quiz", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/quiz", enable_openapi=False
)
blueprint.register_blueprint(pages.blueprint)


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def results(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    rules = rules_of(campaign)
    spread = queries.count_by_points(campaign_id)
    return render(
        "events/quiz/desk/results.html", campaign=campaign, rules=rules, counts=queries.count_for_staff(campaign_id),
        papers=queries.count_papers(campaign_id), spread=spread, most=max((number for _points, number in spread), default=0),
        rows=list(queries.list_results(campaign_id)), most_shown=queries.MOST_SHOWN, time_used=time_used,
        unions=ranking.list_unions(campaign_id, rules.union_best, rules.union_least) if rules.union_best else None,
        union_words=unions_in_words(campaign), team_words=teams_in_words(rules),
        teams=ranking.list_teams(campaign_id, rules) if rules.teams else None, names=names_by_team(campaign_id) if rules.teams else {},
        all_teams=count_teams(campaign_id) if rules.teams else 0,
        citywide=_over_all_zones(campaign), crumbs=crumbs(campaign, _("Results")),
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/results.xlsx")
@requires(MANAGE)
def as_sheet(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    headings = [_("Rank"), _("Name"), _("Union"), _("Points"), _("Seconds"), _("Papers handed in")]
    has_teams = rules_of(campaign).teams is not None
    headings += [_("Team")] if has_teams else []
    lines = _lines(campaign_id, has_teams=has_teams)
    target, _rows = in_file(lambda target: write_sheet(target, headings, lines, title=_("Results")))
    return workbook(target, _("Results of %(title)s", title=campaign.title), "quiz-results")


def _lines(campaign_id: UUID, *, has_teams: bool) -> Iterator[tuple]:
    for place, row in enumerate(queries.list_results(campaign_id, limit=None), start=1):
        line = place, row.name, row.union_name, row.points, row.milliseconds / 1000, row.tries
        yield (*line, row.team_name or "") if has_teams else line


@blueprint.get("/<uuid:campaign_id>/teams.xlsx")
@requires(MANAGE)
def teams_sheet(campaign_id: UUID) -> ResponseReturnValue:
    """The ranking of teams, with who is in them."""
    campaign = _campaign(campaign_id)
    rules = rules_of(campaign)
    headings = [_("Rank"), _("Team"), _("Points"), _("Members who handed in"), _("In the team")]
    names = names_by_team(campaign_id)
    lines = (
        (row.place, row.name, round(float(row.points), 2), row.people, "、".join(names.get(row.id, [])))
        for row in ranking.list_teams(campaign_id, rules, limit=None)
    )
    target, _rows = in_file(lambda target: write_sheet(target, headings, lines, title=_("Teams")))
    return workbook(target, _("Teams in %(title)s", title=campaign.title), "quiz-teams")


@blueprint.get("/<uuid:campaign_id>/all-zones.xlsx")
@requires(MANAGE)
def zones_sheet(campaign_id: UUID) -> ResponseReturnValue:
    """The ranking over all zones, with names as masked there as on the page."""
    campaign = _campaign(campaign_id)
    holding = find_holding(campaign)
    if holding is None:
        raise NotFound
    headings = [_("Rank"), _("Name"), _("Union"), _("Zone"), _("Points"), _("Seconds")]
    rows = citywide.list_best(holding.shared_id, limit=None)
    lines = (
        (place, row.shown_name, row.union_name, row.zone_name, row.points, row.milliseconds / 1000)
        for place, row in enumerate(rows, start=1)
    )
    target, _rows = in_file(lambda target: write_sheet(target, headings, lines, title=_("All zones")))
    return workbook(target, _("Ranking of all zones in %(title)s", title=campaign.title), "quiz-all-zones")


def _over_all_zones(campaign: Campaign) -> dict[str, Any] | None:
    """What staff see of the ranking over all zones; none where the zone is ranked alone."""
    holding = find_holding(campaign)
    if holding is None:
        return None
    shared_id = holding.shared_id
    return {
        "rows": list(citywide.list_best(shared_id)), "people": citywide.count_people(shared_id),
        "zones": citywide.list_holdings(shared_id), "is_final": citywide.is_final(shared_id),
    }  # fmt: skip


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="quiz")
