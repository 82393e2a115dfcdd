"""The way to the staff's pages of one competition."""

from flask import url_for
from flask_babel import gettext as _

from app.modules.events import crumbs as frame
from app.modules.events.models import Campaign


def crumbs(campaign: Campaign, *titles: str | frame.Crumb) -> list[frame.Crumb]:
    """Campaigns, the campaign, its rounds, and what stands behind."""
    rounds = {"title": _("Rounds"), "href": url_for("console_events.competition.index", campaign_id=campaign.id)}
    return frame.crumbs(campaign, rounds, *titles)
