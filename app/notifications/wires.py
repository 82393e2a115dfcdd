"""The adapters of this installation, made at boot from the settings' addresses.

A provider's key stands in its address as the password: `https://:key@provider.example/sms`. The sandbox needs none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, current_app

from app.core import messaging
from app.core.addresses import service_at
from app.core.config import Settings
from app.core.platform import EXTENSION
from app.notifications.adapters import EmailAdapter, EmailMessage, Outcome, SmsAdapter, SmsMessage
from tenants.ids import uuid7

WIRES = "notification_wires"


class SmsWire(Protocol):
    """What takes SMS in batches; one outcome for each message, in order."""

    def send_batch(self, messages: Sequence[SmsMessage]) -> list[Outcome]: ...


class EmailWire(Protocol):
    """What takes e-mail in batches; one outcome for each message, in order."""

    def send_batch(self, messages: Sequence[EmailMessage]) -> list[Outcome]: ...


@dataclass(frozen=True, slots=True)
class Wires:
    """What batches leave through."""

    sms: SmsWire
    email: EmailWire


class InstantSms:
    """`app.core.messaging`'s port: one message, sent while somebody waits for it."""

    def __init__(self, url: str, key: str) -> None:
        self._url, self._key = url, key
        self._adapters: dict[float, SmsAdapter] = {}

    def send_now(self, phone: str, template: str, params: Mapping[str, str], *, locale: str, timeout: float) -> None:
        """Hand one message to the provider; raises `MessageNotSent` for anything but its acceptance.

        A refused message is a refused number (`NumberRefused`); a refused call (`http_…`) says nothing of the number.
        """
        adapter = self._adapters.setdefault(timeout, SmsAdapter(self._url, self._key, timeout))
        language = "en" if locale.startswith("en") else "zh_CN"
        message = SmsMessage(id=str(uuid7()), phone=phone, template=f"{template}.{language}", params=params)
        [outcome] = adapter.send_batch([message])
        if outcome.status == "refused" and not outcome.code.startswith("http_"):
            raise messaging.NumberRefused(outcome.code)
        if outcome.status != "accepted":
            raise messaging.MessageNotSent(f"{outcome.status} {outcome.code}")


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions[EXTENSION].settings
    sms, email = _with_key(settings.sms_url), _with_key(settings.email_url)
    app.extensions[WIRES] = Wires(sms=SmsAdapter(*sms), email=EmailAdapter(*email))
    app.extensions[messaging.EXTENSION] = InstantSms(*sms)


def wires() -> Wires:
    return current_app.extensions[WIRES]


def _with_key(address: str) -> tuple[str, str]:
    """The address without its password, and the password."""
    service = service_at(address)
    return service.url, service.password or "sandbox"
