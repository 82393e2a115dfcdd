"""What a claim offers: a batch of vouchers, how many of it, and in which way they are given."""

from typing import Any

from flask_babel import gettext as _

from app.core.clock import CHINA
from app.core.i18n import moment
from app.modules.events.draws.drawing import commit_draw
from app.modules.events.draws.queries import find_draw
from app.modules.events.errors import NotReady
from app.modules.events.kinds.claim.queries import count_waiting
from app.modules.events.kinds.claim.settings import MODES, NO_LINE, OF_A_LINE, WAITING, mode_of, offer_of
from app.modules.events.models import Campaign
from app.modules.events.prizes.publishing import publish_batch, require_within_law
from app.modules.events.promising import batch_choices, find_batch, require_batch


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that may be given, with what is left of each, the ways, and whether one may wait."""
    return {"batches": batch_choices(), "modes": list(MODES.items()), "waiting": list(WAITING.items())}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    offer = offer_of(campaign)
    batch = find_batch(offer.batch_id)
    found = [
        (_("Vouchers"), batch.title if batch else "–"),
        (_("Left of the stock"), f"{batch.stock - batch.taken} / {batch.stock}" if batch else "–"),
        (_("How they are given"), str(MODES[mode_of(offer)])),
    ]
    if not offer.has_line:
        return [*found, (_("Waiting list"), str(WAITING[NO_LINE]))]
    number = count_waiting(campaign)
    if offer.waits_until is None:
        return [*found, (_("Waiting list"), _("%(number)s wait, as long as the vouchers are given", number=number))]
    words = _("%(number)s wait; until %(time)s", number=number, time=moment(offer.waits_until))
    return [*found, (_("Waiting list"), words)]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the offer; the same for every visitor."""
    offer = offer_of(campaign)
    return {
        "batch": find_batch(offer.batch_id),
        "mode": str(MODES[mode_of(offer)]),
        "is_draw": offer.is_draw,
        "draw": find_draw(campaign.id) if offer.is_draw else None,
        "line": str(OF_A_LINE[mode_of(offer)]) if offer.has_line else "",
        "waits_until": offer.waits_until,
    }


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless the batch may be given while the campaign runs, and as long as somebody waits."""
    offer = offer_of(campaign)
    batch = require_batch(campaign, offer.batch_id)
    if offer.is_draw:
        require_within_law(batch.title, batch.value_cents, field="batch_id")
    if offer.has_line and offer.waits_until and offer.waits_until.astimezone(CHINA).date() > batch.expires_on:
        raise NotReady(_("The vouchers expire before the waiting ends: choose fewer hours."), field="waiting_hours")


def announced(campaign: Campaign) -> None:
    """Fix what is drawn, and commit to the draw before the first one registers."""
    offer = offer_of(campaign)
    if offer.is_draw:
        publish_batch(campaign, require_batch(campaign, offer.batch_id))
        commit_draw(campaign.id)


def desk(campaign: Campaign) -> dict[str, Any]:
    """What stands on the staff's page besides."""
    return {"has_line": campaign.frozen_at is not None and offer_of(campaign).has_line}
