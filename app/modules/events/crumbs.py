"""The way to the staff's pages of one campaign."""

from flask import url_for
from flask_babel import gettext as _

from app.modules.events.models import Campaign

Crumb = dict[str, str]


def crumbs(campaign: Campaign, *behind: str | Crumb) -> list[Crumb]:
    """Campaigns, the campaign, and what stands behind it: titles, or crumbs that lead somewhere."""
    return [
        {"title": _("Campaigns"), "href": url_for("console_events.index")},
        {"title": campaign.title, "href": url_for("console_events.campaign", campaign_id=campaign.id)},
        *({"title": each} if isinstance(each, str) else each for each in behind),
    ]
