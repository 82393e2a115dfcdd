"""Messages that leave at once, while the person waits (sign-in codes). Everything else goes through the outbox.

`app.notifications` fills the port at boot: `app.extensions["sms"]` holds the adapter.
"""

from collections.abc import Mapping
from typing import Protocol

import structlog
from flask import current_app

EXTENSION = "sms"
LONGEST_WAIT = 3.0
"""Seconds a provider may take altogether before the message counts as not sent."""

log = structlog.get_logger()


class MessageNotSent(Exception):
    """The provider is away, too slow or refuses; the message may be tried again."""


class SmsPort(Protocol):
    """What sends one short message through a provider's template."""

    def send_now(self, phone: str, template: str, params: Mapping[str, str], *, locale: str, timeout: float) -> None:
        """Hand one message to the provider within `timeout` seconds; `phone` is E.164. Raises `MessageNotSent`."""
        ...


def send_now(phone: str, template: str, params: Mapping[str, str], *, locale: str) -> None:
    """Send one message and wait for the provider's word; call it with no transaction open.

    Raises `MessageNotSent`, also when no adapter is installed.
    """
    adapter: SmsPort | None = current_app.extensions.get(EXTENSION)
    if adapter is None:
        log.error("no sms adapter is installed", template=template)
        raise MessageNotSent("no adapter")
    try:
        adapter.send_now(phone, template, params, locale=locale, timeout=LONGEST_WAIT)
    except MessageNotSent as fault:
        log.warning("sms not sent", template=template, reason=str(fault))
        raise
