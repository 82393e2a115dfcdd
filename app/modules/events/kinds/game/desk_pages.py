"""The staff's page of a game: how often it was played, what was refused, and the results."""

from collections.abc import Iterator
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.access import requires
from app.core.audit import record
from app.core.downloads import in_file, workbook
from app.core.places import Place, PlacedBlueprint
from app.core.sheets import write_sheet
from app.core.theming import render
from app.modules.events.crumbs import crumbs
from app.modules.events.kinds.game import queries
from app.modules.events.kinds.game.offering import panel
from app.modules.events.kinds.game.words import REFUSALS
from app.modules.events.models import Campaign
from app.modules.events.queries import find_campaign
from app.modules.events.rights import MANAGE
from tenants.context import Plane

blueprint = PlacedBlueprint(
    "game", __name__, place=Place.ZONE, plane=Plane.STAFF, module="events", url_prefix="/game", enable_openapi=False
)


@blueprint.get("/<uuid:campaign_id>")
@requires(MANAGE)
def results(campaign_id: UUID) -> ResponseReturnValue:
    campaign = _campaign(campaign_id)
    return render(
        "events/game/desk/results.html", campaign=campaign, counts=queries.count_for_staff(campaign_id),
        refused=queries.count_refusals(campaign_id), refusals=REFUSALS, rows=list(queries.list_results(campaign_id)),
        most_shown=queries.SHOWN, **panel(campaign),
        crumbs=crumbs(campaign, _("Plays and results")),
    )  # fmt: skip


@blueprint.get("/<uuid:campaign_id>/results.xlsx")
@requires(MANAGE)
def as_sheet(campaign_id: UUID) -> ResponseReturnValue:
    """Everybody with points, as a workbook."""
    campaign = _campaign(campaign_id)
    headings = [_("Rank"), _("Name"), _("Points"), _("Seconds"), _("Reached at"), _("Plays")]
    target, rows = in_file(
        lambda target: write_sheet(target, headings, _lines(campaign_id), title=_("Plays and results"))
    )
    record("events.game_export", object_type="events_campaign", object_id=campaign_id, rows=rows)
    return workbook(target, _("Results of %(title)s", title=campaign.title), "game-results")


def _lines(campaign_id: UUID) -> Iterator[tuple]:
    for place, row in enumerate(queries.list_results(campaign_id, limit=None), start=1):
        yield place, row.name, row.points, row.milliseconds / 1000, row.reached_at, row.plays


def _campaign(campaign_id: UUID) -> Campaign:
    return find_campaign(campaign_id, kind="game")
