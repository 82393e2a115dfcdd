"""What a campaign of referrals tells of itself, and what is asked before it is announced."""

from collections import Counter
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.clock import CHINA
from app.modules.events.errors import NotReady
from app.modules.events.kinds.referral.settings import rules_of
from app.modules.events.models import Campaign
from app.modules.events.promising import batch_choices, find_batch, require_batch


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that rewards may be of."""
    return {"batches": batch_choices()}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    rules = rules_of(campaign)
    mine, theirs = find_batch(rules.referrer_batch_id), find_batch(rules.joiner_batch_id)
    return [
        (_("For who refers"), mine.title if mine else "–"),
        (_("For who joins"), theirs.title if theirs else "–"),
        (_("Referrals that are rewarded"), str(rules.budget)),
        (_("Of one member"), str(rules.per_referrer)),
        (_("Cooling period"), ngettext("one day", "%(num)d days", rules.cooling.days)),
        (_("Claw-back period"), ngettext("one day", "%(num)d days", rules.claw_back.days)),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see; the same for every visitor."""
    rules = rules_of(campaign)
    return {
        "rules": rules,
        "for_referrer": find_batch(rules.referrer_batch_id),
        "for_joiner": find_batch(rules.joiner_batch_id),
    }


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"is_announced": campaign.frozen_at is not None}


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless the vouchers are enough for the budget, and good when the last reward may be given."""
    rules = rules_of(campaign)
    last_day = (campaign.closes_at + rules.cooling).astimezone(CHINA).date()
    pieces = Counter([rules.referrer_batch_id, rules.joiner_batch_id])
    for field, batch_id in (("referrer_batch_id", rules.referrer_batch_id), ("joiner_batch_id", rules.joiner_batch_id)):
        batch = require_batch(campaign, batch_id, pieces=rules.budget * pieces[batch_id], field=field)
        if batch.expires_on < last_day:
            raise NotReady(_("The vouchers expire before the last cooling period is over: choose others."), field=field)


def announced(_campaign: Campaign) -> None:
    """Nothing besides what every campaign does."""
