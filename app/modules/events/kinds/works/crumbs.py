"""The way to the staff's pages of one call for works."""

from flask import url_for
from flask_babel import gettext as _

from app.modules.events.models import Campaign

Crumbs = list[dict[str, str]]


def crumbs(campaign: Campaign, *titles: str) -> Crumbs:
    """Campaigns, the campaign, and what stands behind."""
    return [
        {"title": _("Campaigns"), "href": url_for("console_events.index")},
        {"title": campaign.title, "href": url_for("console_events.campaign", campaign_id=campaign.id)},
        *({"title": title} for title in titles),
    ]
