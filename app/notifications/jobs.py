"""Background entry points of notifications."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.core.jobs import Lane, job
from app.core.tasks import TaskHandle, long_task
from app.notifications import broadcasting, delivering, giving_up, settling
from app.notifications.models import Delivery
from app.notifications.operations import notify


@job("notifications.notify", title=_("Write a message into an inbox"))
def notify_for_another(kind_key: str, member_id: str, params: dict[str, Any], dedupe_key: str, href: str) -> None:
    """Write the message that one member causes to another."""
    notify(kind_key, UUID(member_id), params, dedupe_key=dedupe_key, href=href)


def _give_up_delivery(payload: dict[str, Any]) -> None:
    giving_up.give_up(Delivery.id == UUID(payload["delivery_id"]))


@job("notifications.deliver", title=_("Send a message by SMS or e-mail"), on_dead=_give_up_delivery)
def deliver(delivery_id: str) -> None:
    """Send one message through its channel."""
    delivering.send_one(UUID(delivery_id))


@long_task("notifications.broadcast", title=_("Send a broadcast"), on_stopped=settling.stop_with_task)
def broadcast(task: TaskHandle) -> None:
    """Bring a broadcast under way."""
    broadcasting.carry_out(task)


def _give_up_chunk(payload: dict[str, Any]) -> None:
    giving_up.give_up_chunk(*_chunk(**payload))


@job("notifications.send_chunk", title=_("Send a part of a broadcast"), lane=Lane.LONG, on_dead=_give_up_chunk)
def send_chunk(broadcast_id: str, first: str, last: str) -> None:
    """Send one chunk of a broadcast."""
    delivering.send_chunk(*_chunk(broadcast_id, first, last))


def _chunk(broadcast_id: str, first: str, last: str) -> tuple[UUID, UUID, UUID]:
    return UUID(broadcast_id), UUID(first), UUID(last)
