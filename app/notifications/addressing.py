"""Where members can be reached, and in which language they are spoken to."""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Text, cast, select

from app.core.crypto import CryptoError
from app.core.i18n import LOCALES
from app.core.platform import platform
from app.identity.models import Account
from app.members.models import Member
from app.notifications.kinds import SMS
from app.notifications.models import Delivery
from tenants.database import db

_log = logging.getLogger(__name__)
PHONE: dict[str, Any] = {"table": "members", "column": "phone"}


class Addressed(NamedTuple):
    """A delivery and where it goes; without an address there is none, or (`is_damaged`) one that can't be read."""

    id: str
    channel: str
    message_id: UUID | None
    attempts: int
    first_tried_at: datetime
    address: str
    locale: str
    is_damaged: bool


def read_addressed(chosen: ColumnElement[bool]) -> list[Addressed]:
    """The deliveries with their members' addresses, and the language each member chose for their account."""
    rows: Sequence[Any] = db.session.execute(
        select(
            cast(Delivery.id, Text), Delivery.channel, Delivery.message_id, Delivery.attempts, Delivery.first_tried_at,
            Delivery.member_id, Member.phone_cipher, Member.email, Account.locale,
        )
        .outerjoin(Member, Member.id == Delivery.member_id)
        .outerjoin(Account, Account.member_id == Delivery.member_id)
        .where(chosen)
    ).all()  # fmt: skip
    phones = _phones([(row[5], row[6]) for row in rows if row[1] == SMS and row[6] is not None])
    return [_addressed(row, phones) for row in rows]


def _addressed(row: Any, phones: Iterator[str]) -> Addressed:
    delivery_id, channel, message_id, attempts, since, _member_id, cipher, email, locale = row
    spoken = locale if locale in LOCALES else LOCALES[0]
    if channel != SMS:
        return Addressed(delivery_id, channel, message_id, attempts, since, email or "", spoken, False)
    phone = next(phones) if cipher is not None else ""
    return Addressed(delivery_id, channel, message_id, attempts, since, phone, spoken, cipher is not None and not phone)


def _phones(sealed: Sequence[tuple[UUID, bytes]]) -> Iterator[str]:
    """The numbers in their order; a damaged one (empty) costs its own member the message, and nobody else."""
    try:
        return iter(platform().cipher.decrypt_many(sealed, **PHONE))
    except CryptoError:
        phones = [_phone(member_id, blob) for member_id, blob in sealed]
        _log.error("%d phone numbers can not be decrypted", phones.count(""))
        return iter(phones)


def _phone(member_id: UUID, blob: bytes) -> str:
    try:
        return platform().cipher.decrypt(blob, row=member_id, **PHONE)
    except CryptoError:
        return ""
