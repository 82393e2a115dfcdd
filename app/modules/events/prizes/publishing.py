"""What is asked of prizes before a campaign is reviewed, and how they are fixed when it is announced."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from app.benefits.vouchers.models import VoucherBatch
from app.core.money import yuan
from app.modules.events.errors import NotReady
from app.modules.events.models import Campaign
from app.modules.events.prizes.limits import HIGHEST_CENTS, SOURCE
from app.modules.events.prizes.models import Prize
from app.modules.events.prizes.settings import PrizeSettings
from app.modules.events.promising import find_batch, require_batch
from tenants.database import db


@dataclass(frozen=True, slots=True)
class WrittenPrize:
    """A prize as it is written in a campaign's settings."""

    title: str
    batch_id: UUID
    quantity: int


def written_prizes(campaign: Campaign) -> list[WrittenPrize]:
    """A campaign's prizes as they are written, the highest first."""
    rows = PrizeSettings(only=["prizes"]).load({"prizes": campaign.settings.get("prizes", [])})["prizes"]  # type: ignore[index]
    return [WrittenPrize(**row) for row in rows]


def require_prizes(campaign: Campaign) -> None:
    """Raises `NotReady` unless there is a prize and each may be given as it is written."""
    prizes = written_prizes(campaign)
    if not prizes:
        raise NotReady(_("Write down at least one prize."), field="prizes")
    for number, prize in enumerate(prizes):
        field = f"prizes-{number}-batch_id"
        if any(prize.batch_id == before.batch_id for before in prizes[:number]):
            raise NotReady(_("Two prizes are of the same vouchers: choose others for one of them."), field=field)
        batch = require_batch(campaign, prize.batch_id, pieces=prize.quantity, field=field)
        if batch.value_cents > HIGHEST_CENTS:
            words = _("“%(title)s” is worth %(value)s; the highest prize may be worth %(most)s (%(source)s).",
                      title=prize.title, value=yuan(batch.value_cents), most=yuan(HIGHEST_CENTS), source=SOURCE)  # fmt: skip
            raise NotReady(words, field=field)


def publish_prizes(campaign: Campaign) -> None:
    """Fix the prizes of a campaign that is being announced."""
    for rank, prize in enumerate(written_prizes(campaign), start=1):
        batch = _batch(prize)
        db.session.add(Prize(campaign_id=campaign.id, rank=rank, title=prize.title, batch_id=prize.batch_id,
                             quantity=prize.quantity, value_cents=batch.value_cents))  # fmt: skip
    db.session.flush()


def _batch(prize: WrittenPrize) -> VoucherBatch:
    batch = find_batch(prize.batch_id)
    if batch is None:
        raise NotReady(_("The vouchers are not approved: choose others."), field="prizes")
    return batch
