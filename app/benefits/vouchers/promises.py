"""Batches that are promised: what a module promises its members out of a batch is given away nowhere else, nor taken from under them."""

from uuid import UUID

from app.benefits.vouchers.batch_errors import BatchPromised
from app.core.modules import load_provider
from app.core.platform import platform
from tenants.context import current_zone
from tenants.turns import take_turn


def take_batch_turn(batch_id: UUID) -> None:
    """Wait until nobody else promises the batch, takes of it for anything else or stops it; held to the end of the transaction."""
    take_turn(f"benefits.batch.{current_zone().id}.{batch_id}")


def promised_by(batch_id: UUID) -> str | None:
    """The title of what promises the batch, if anything does."""
    titles = (load_provider(each.promises)(batch_id) for each in platform().modules if each.promises)
    return next((title for title in titles if title), None)


def require_not_promised(batch_id: UUID) -> None:
    """Raises `BatchPromised`; until the transaction ends nothing promises it."""
    take_batch_turn(batch_id)
    if title := promised_by(batch_id):
        raise BatchPromised(title)
