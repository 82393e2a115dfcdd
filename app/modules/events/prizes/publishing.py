"""What is asked of prizes before a campaign is reviewed, and how they are fixed when it is announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _

from app.benefits.beans.issuing import find_budget
from app.benefits.vouchers.models import VoucherBatch
from app.core.money import yuan
from app.modules.events.errors import NotReady
from app.modules.events.models import Campaign
from app.modules.events.prizes.limits import HIGHEST_CENTS, SOURCE
from app.modules.events.prizes.models import Prize
from app.modules.events.prizes.pieces import promise_beans
from app.modules.events.prizes.settings import LONGEST_TITLE, USUAL_DAYS, PrizeSettings
from app.modules.events.promising import find_batch, require_batch, require_budget
from tenants.context import current_actor
from tenants.database import db
from tenants.ids import uuid7


@dataclass(frozen=True, slots=True)
class WrittenPrize:
    """A prize as it is written in a campaign's settings."""

    title: str
    batch_id: UUID | None
    budget_id: UUID | None
    beans: int | None
    beans_days: int | None
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
        value_cents = _require(campaign, prize, prizes[:number], f"prizes-{number}-")
        field = f"prizes-{number}-{'batch_id' if prize.batch_id else 'beans'}"
        require_within_law(prize.title, value_cents, field=field)


def require_within_law(title: str, value_cents: int, *, field: str) -> None:
    """Raises `NotReady` for a prize worth more than the law allows."""
    if value_cents > HIGHEST_CENTS:
        words = _("“%(title)s” is worth %(value)s; the highest prize may be worth %(most)s (%(source)s).",
                  title=title, value=yuan(value_cents), most=yuan(HIGHEST_CENTS), source=SOURCE)  # fmt: skip
        raise NotReady(words, field=field)


def publish_prizes(campaign: Campaign) -> None:
    """Fix the prizes of a campaign that is being announced, and keep the beans that they promise. Raises `NotEnoughBeans`."""
    _publish(campaign, written_prizes(campaign))


def publish_batch(campaign: Campaign, batch: VoucherBatch) -> None:
    """Fix what is left of a batch as the one prize of a campaign that is being announced."""
    left = batch.stock - batch.taken
    _publish(campaign, [WrittenPrize(batch.title[:LONGEST_TITLE], batch.id, None, None, None, left)])


def _publish(campaign: Campaign, prizes: Sequence[WrittenPrize]) -> None:
    for rank, prize in enumerate(prizes, start=1):
        made = Prize(id=uuid7(), campaign_id=campaign.id, rank=rank, title=prize.title, batch_id=prize.batch_id,
                     budget_id=prize.budget_id, beans=prize.beans, quantity=prize.quantity, value_cents=_value_of(prize))  # fmt: skip
        db.session.add(made)
        db.session.flush()
        promise_beans(current_actor(), campaign, made, prize.beans_days or USUAL_DAYS)


def _require(campaign: Campaign, prize: WrittenPrize, before: Sequence[WrittenPrize], row: str) -> int:
    """What a piece is worth. Raises `NotReady` where it can't be given."""
    if prize.batch_id:
        if any(prize.batch_id == each.batch_id for each in before):
            words = _("Two prizes are of the same vouchers: choose others for one of them.")
            raise NotReady(words, field=f"{row}batch_id")
        batch = require_batch(campaign, prize.batch_id, pieces=prize.quantity, field=f"{row}batch_id")
        return batch.value_cents
    needed = sum((each.beans or 0) * each.quantity for each in (*before, prize) if each.budget_id == prize.budget_id)
    budget = require_budget(prize.budget_id, needed, field=f"{row}budget_id")
    return budget.cents_per_bean * (prize.beans or 0)


def _value_of(prize: WrittenPrize) -> int:
    if prize.budget_id:
        return find_budget(prize.budget_id).cents_per_bean * (prize.beans or 0)
    batch = find_batch(prize.batch_id) if prize.batch_id else None
    if batch is None:
        raise NotReady(_("The vouchers are not approved: choose others."), field="prizes")
    return batch.value_cents
