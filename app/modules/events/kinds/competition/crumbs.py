"""The way to the staff's pages of one competition."""

from flask import url_for
from flask_babel import gettext as _

from app.modules.events.models import Campaign

Crumbs = list[dict[str, str]]


def crumbs(campaign: Campaign, *titles: str) -> Crumbs:
    """Campaigns, the campaign, its rounds, and what stands behind."""
    return [
        {"title": _("Campaigns"), "href": url_for("console_events.index")},
        {"title": campaign.title, "href": url_for("console_events.campaign", campaign_id=campaign.id)},
        {"title": _("Rounds"), "href": url_for("console_events.competition.index", campaign_id=campaign.id)},
        *({"title": title} for title in titles),
    ]
