"""What a lottery offers: its prizes, and the draw that gives them."""

from typing import Any

from flask_babel import gettext as _

from app.modules.events.draws.drawing import commit_draw
from app.modules.events.draws.queries import find_draw
from app.modules.events.kinds.lottery.registering import gives_daily
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that prizes may be of."""
    return {"batches": batch_choices()}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    daily = [(_("Chances"), _("One for each day on which a member registers"))] if gives_daily(campaign) else []
    return [*prize_facts(campaign), *daily]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the lottery; the same for every visitor."""
    offers = list_offers(campaign.id)
    return {
        "offers": offers,
        "pieces": sum(each.quantity for each in offers),
        "draw": find_draw(campaign.id),
        "is_daily": gives_daily(campaign),
    }


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless every prize may be given."""
    require_prizes(campaign)


def announced(campaign: Campaign) -> None:
    """Fix the prizes, and commit to the draw before the first one registers."""
    publish_prizes(campaign)
    commit_draw(campaign.id, _("One chance for each day on which a member registered") if gives_daily(campaign) else "")
