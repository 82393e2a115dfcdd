"""What a claim offers: a batch of vouchers, how many of it, and in which way they are given."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from app.benefits.vouchers.batch_states import BatchState
from app.benefits.vouchers.models import VoucherBatch
from app.core.clock import CHINA
from app.modules.events.draws.drawing import commit_draw
from app.modules.events.draws.queries import find_draw
from app.modules.events.errors import NotReady
from app.modules.events.kinds.claim.settings import DRAW, FIRST_COME, MODES, offer_of
from app.modules.events.models import Campaign
from app.modules.events.states import State
from tenants.context import current_zone
from tenants.database import db


def choices() -> dict[str, list[tuple[Any, Any]]]:
    """The batches that may be given, with what is left of each, and the ways."""
    approved = select(VoucherBatch).where(
        VoucherBatch.state == BatchState.APPROVED, VoucherBatch.taken < VoucherBatch.stock
    )
    batches = db.session.scalars(approved.order_by(VoucherBatch.id.desc()).limit(200))
    return {
        "batches": [
            (each.id, _("%(title)s (%(left)s left)", title=each.title, left=each.stock - each.taken))
            for each in batches
        ],
        "modes": list(MODES.items()),
    }


def facts(campaign: Campaign) -> list[tuple[str, str]]:
    """Terms and what they are, for the staff's page."""
    batch = _batch(campaign)
    return [
        (_("Vouchers"), batch.title if batch else "–"),
        (_("Left of the stock"), f"{batch.stock - batch.taken} / {batch.stock}" if batch else "–"),
        (_("How they are given"), _mode(campaign)),
    ]


def panel(campaign: Campaign) -> dict[str, Any]:
    """What members see of the offer; the same for every visitor."""
    is_draw = offer_of(campaign).is_draw
    return {
        "batch": _batch(campaign),
        "mode": _mode(campaign),
        "is_draw": is_draw,
        "draw": find_draw(campaign.id) if is_draw else None,
    }


def require_ready(campaign: Campaign) -> None:
    """Raises `NotReady` unless the batch may be given while the campaign runs."""
    batch = _batch(campaign)
    if batch is None or batch.state != BatchState.APPROVED:
        raise NotReady(_("The vouchers are not approved: choose others."), field="batch_id")
    if batch.taken >= batch.stock:
        raise NotReady(_("Nothing is left of these vouchers: choose others."), field="batch_id")
    if campaign.closes_at.astimezone(CHINA).date() > batch.expires_on:
        raise NotReady(_("The vouchers expire before the campaign closes: choose others."), field="batch_id")
    taken = select(Campaign.title).where(
        Campaign.kind == campaign.kind,
        Campaign.id != campaign.id,
        Campaign.settings["batch_id"].astext == str(batch.id),
        Campaign.state.in_([State.SUBMITTED, State.REVIEWED, State.FROZEN, State.OPEN, State.CLOSED]),
    )
    if other := db.session.scalar(taken.limit(1)):
        raise NotReady(_("“%(title)s” gives these vouchers already: choose others.", title=other), field="batch_id")


def announced(campaign: Campaign) -> None:
    """Commit to the draw before the first one registers."""
    if offer_of(campaign).is_draw:
        commit_draw(campaign.id)


def _batch(campaign: Campaign) -> VoucherBatch | None:
    return db.session.get(VoucherBatch, (current_zone().id, offer_of(campaign).batch_id))


def _mode(campaign: Campaign) -> str:
    return str(MODES[DRAW if offer_of(campaign).is_draw else FIRST_COME])
