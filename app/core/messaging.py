"""Messages that leave at once, while the person waits (sign-in codes). Everything else goes through the outbox.

`app.notifications` fills the port at boot: `app.extensions["sms"]` holds the adapter.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Protocol

import structlog
from flask import current_app

EXTENSION = "sms"
LONGEST_WAIT = 3.0
"""Seconds a provider may take altogether before the message counts as not sent."""

MOST_WAITING = 3
"""Messages on their way at once in one process: a slow provider must not keep all of its threads waiting."""

log = structlog.get_logger()
_slots = threading.BoundedSemaphore(MOST_WAITING)


class MessageNotSent(Exception):
    """The provider is away, too slow or refuses; the message may be tried again."""


class NumberRefused(MessageNotSent):
    """The provider will not deliver to this number, now or later."""


class SmsPort(Protocol):
    """What sends one short message through a provider's template."""

    def send_now(self, phone: str, template: str, params: Mapping[str, str], *, locale: str, timeout: float) -> None:
        """Hand one message to the provider within `timeout` seconds; `phone` is E.164. Raises `MessageNotSent`."""
        ...


def send_now(phone: str, template: str, params: Mapping[str, str], *, locale: str) -> None:
    """Send one message and wait for the provider's word; call it with no transaction open.

    Raises `MessageNotSent`: also when no adapter is installed, after `LONGEST_WAIT`, and at once when as many messages
    are on their way as may be. Raises `NumberRefused` where trying again is in vain.
    """
    adapter: SmsPort | None = current_app.extensions.get(EXTENSION)
    if adapter is None:
        log.error("no sms adapter is installed", template=template)
        raise MessageNotSent("no adapter")
    try:
        _send(adapter, phone, template, params, locale)
    except MessageNotSent as fault:
        log.warning("sms not sent", template=template, reason=str(fault))
        raise


def _send(adapter: SmsPort, phone: str, template: str, params: Mapping[str, str], locale: str) -> None:
    """Send in a thread of its own, so that no step of a call (looking a name up, a dripping answer) outlasts the wait.

    The slot is free again when that thread ends, not when nobody waits any more.
    """
    if not _slots.acquire(blocking=False):
        raise MessageNotSent("too many are waiting")
    outcome: Future[None] = Future()

    def work() -> None:
        try:
            adapter.send_now(phone, template, params, locale=locale, timeout=LONGEST_WAIT)
        except BaseException as fault:  # noqa: BLE001 - it is raised where the outcome is awaited
            outcome.set_exception(fault)
        else:
            outcome.set_result(None)
        finally:
            _slots.release()

    threading.Thread(target=work, name="sms", daemon=True).start()
    try:
        outcome.result(timeout=LONGEST_WAIT)
    except TimeoutError:
        raise MessageNotSent("no answer in time") from None
