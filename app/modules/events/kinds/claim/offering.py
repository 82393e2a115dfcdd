"""What a claim offers: a batch of vouchers, how many of it, and in which way they are given."""

from typing import Any

from flask_babel import gettext as _

from app.modules.events.draws.drawing import commit_draw
from app.modules.events.draws.queries import find_draw
from app.modules.events.kinds.claim.settings import DRAW, FIRST_COME, MODES, offer_of
from app.modules.events.models import Campaign
from app.modules.events.promising import batch_choices, find_batch, require_batch


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that may be given, with what is left of each, and the ways."""
    return {"batches": batch_choices(), "modes": list(MODES.items())}


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    batch = find_batch(offer_of(campaign).batch_id)
    return [
        (_("Vouchers"), batch.title if batch else "–"),
        (_("Left of the stock"), f"{batch.stock - batch.taken} / {batch.stock}" if batch else "–"),
        (_("How they are given"), _mode(campaign)),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the offer; the same for every visitor."""
    is_draw = offer_of(campaign).is_draw
    return {
        "batch": find_batch(offer_of(campaign).batch_id),
        "mode": _mode(campaign),
        "is_draw": is_draw,
        "draw": find_draw(campaign.id) if is_draw else None,
    }


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless the batch may be given while the campaign runs."""
    require_batch(campaign, offer_of(campaign).batch_id)


def announced(campaign: Campaign) -> None:
    """Commit to the draw before the first one registers."""
    if offer_of(campaign).is_draw:
        commit_draw(campaign.id)


def _mode(campaign: Campaign) -> str:
    return str(MODES[DRAW if offer_of(campaign).is_draw else FIRST_COME])
