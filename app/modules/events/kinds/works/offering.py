"""What a call for works tells of itself, and what is asked of it before it is reviewed."""

from typing import Any

from flask_babel import gettext as _

from app.core.i18n import moment
from app.modules.events.errors import NotReady
from app.modules.events.kinds.works.queries import count_by_state, count_shown
from app.modules.events.kinds.works.settings import AUTHORS, rules_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_prizes, require_prizes
from app.modules.events.prizes.queries import list_offers
from app.modules.events.prizes.words import prize_facts
from app.modules.events.promising import batch_choices


def choices() -> dict[str, Any]:
    """What the form offers."""
    return {"authors": list(AUTHORS.items()), "batches": batch_choices()}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    return [
        (_("Works are sent until"), moment(rules.send_until)),
        (_("Votes from"), moment(rules.vote_from)),
        (_("Pictures at least"), str(rules.least_pictures)),
        (_("Shown of the author"), str(AUTHORS[rules.author_shown])),
        (_("Votes of a member"), _("%(day)s a day, %(all)s in all", day=rules.votes_a_day, all=rules.votes_in_all)),
        *prize_facts(campaign),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of it; the same for every visitor."""
    return {"rules": rules_of(campaign), "shown": count_shown(campaign.id), "offers": list_offers(campaign.id)}


def desk(campaign: Campaign) -> dict[str, Any]:
    """How many works stand where, for the staff's page."""
    return {"counts": count_by_state(campaign.id)}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless sending, voting and closing follow each other, and every prize may be given."""
    rules = rules_of(campaign)
    if not campaign.opens_at < rules.send_until <= rules.vote_from < campaign.closes_at:
        raise NotReady(
            _("First it opens, then sending ends, then voting begins, then it closes: set other times."),
            field="send_until",
        )
    if rules.has_prizes:
        require_prizes(campaign)


def announced(campaign: Campaign) -> None:
    """Fix the prizes, if there are any."""
    if rules_of(campaign).has_prizes:
        publish_prizes(campaign)
