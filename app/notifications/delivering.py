"""Sending deliveries: mark, send, note the provider's word.

The mark is committed before anything is sent, the words of the provider after. A worker that dies in between leaves
deliveries marked `sending`; they are sent again under the same ids, which the provider recognises.
"""

import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, cast, func, select, update

from app.core.i18n import LOCALES
from app.core.jobs import Postpone, checkpoint
from app.core.platform import platform
from app.members.models import Member
from app.notifications.adapters import EmailMessage, Outcome, SmsMessage
from app.notifications.broadcasting import count_results
from app.notifications.kinds import BROADCAST, EMAIL, SMS, fill, kinds, sms_text
from app.notifications.models import Broadcast, Delivery, Message
from app.notifications.wires import wires
from tenants.context import current_zone
from tenants.database import db

MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 900.0  # seconds
TEMPLATE = "notice"
"""The provider's template for all we send: its one parameter is the text."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says."""

    subject: str
    text: str
    sms: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """Where a member can be reached, and in which language; empty where there is no address."""

    phone: str
    email: str
    locale: str


def among(column: Any, ids: Collection[UUID]) -> ColumnElement[bool]:
    """`id = ANY (array)`: one parameter, where IN has a thousand, which take longer to write down than to look up."""
    return column == func.any(cast(list(ids), ARRAY(Uuid)))


def send_one(delivery_id: UUID) -> None:
    """Send one delivery of a message; raises `Postpone` when it must be tried again."""
    _send(Delivery.id == delivery_id)


def send_chunk(broadcast_id: UUID, first: UUID, until: UUID | None) -> None:
    """Send a broadcast's deliveries from `first` up to, not including, `until`; raises `Postpone` for those left over."""
    chunk = (Delivery.broadcast_id == broadcast_id) & (Delivery.id >= first)
    if until is not None:
        chunk &= Delivery.id < until
    state = db.session.execute(select(Broadcast.state).where(Broadcast.id == broadcast_id)).scalar_one()
    if state == "cancelled":
        db.session.execute(
            update(Delivery).where(chunk, Delivery.state == "queued").values(state="cancelled", finished_at=func.now())
        )
        return
    _send(chunk, broadcast_id)


def _send(chosen: ColumnElement[bool], broadcast_id: UUID | None = None) -> None:
    deliveries = db.session.execute(
        update(Delivery)
        .where(chosen, Delivery.state.in_(("queued", "sending")))
        .values(state="sending", attempts=Delivery.attempts + 1)
        .returning(Delivery.id, Delivery.member_id, Delivery.channel, Delivery.message_id, Delivery.attempts)
        .execution_options(synchronize_session=False)
    ).all()
    if not deliveries:
        return
    receivers = _receivers({delivery.member_id for delivery in deliveries})
    words = _words_of_broadcast(broadcast_id) if broadcast_id else _words_of_messages(deliveries)
    checkpoint()
    outcomes = _hand_over(deliveries, receivers, words)
    accepted, refused, waiting = _note(deliveries, outcomes)
    if broadcast_id is not None and accepted + refused:
        count_results(broadcast_id, accepted, refused)
    if waiting:
        checkpoint()
        raise Postpone(_pause(waiting, deliveries), "the provider could not take everything")


def _receivers(member_ids: set[UUID]) -> dict[UUID, Receiver]:
    rows = db.session.execute(
        select(Member.id, Member.phone_cipher, Member.email, Member.locale).where(among(Member.id, member_ids))
    ).all()
    sealed = [(row.id, row.phone_cipher) for row in rows if row.phone_cipher is not None]
    plain = platform().cipher.decrypt_many(sealed, table="members", column="phone")
    phones = {member_id: phone for (member_id, _), phone in zip(sealed, plain, strict=True)}
    return {row.id: Receiver(phones.get(row.id, ""), row.email or "", row.locale) for row in rows}


def _words_of_broadcast(broadcast_id: UUID) -> Mapping[tuple[UUID | None, str], Words]:
    row = db.session.execute(select(Broadcast.title, Broadcast.body).where(Broadcast.id == broadcast_id)).one()
    params = {"title": row.title, "text": row.body}
    return {(None, locale): _words(BROADCAST.key, params, locale) for locale in LOCALES}


def _words_of_messages(deliveries: Sequence[Any]) -> Mapping[tuple[UUID | None, str], Words]:
    ids = {delivery.message_id for delivery in deliveries}
    rows = db.session.execute(select(Message.id, Message.kind, Message.params).where(among(Message.id, ids))).all()
    return {(row.id, locale): _words(row.kind, row.params, locale) for row in rows for locale in LOCALES}


def _words(kind_key: str, params: Mapping[str, Any], locale: str) -> Words:
    kind, params = kinds()[kind_key], {**params, "zone": current_zone().name}
    return Words(fill(kind.subject, locale, params), fill(kind.body, locale, params), sms_text(kind, locale, params))


def _hand_over(
    deliveries: Sequence[Any],
    receivers: Mapping[UUID, Receiver],
    words: Mapping[tuple[UUID | None, str], Words],
) -> dict[str, Outcome]:
    """Give everything to the providers; what has no address comes back as refused with the code `no_address`."""
    nowhere = Receiver("", "", LOCALES[0])
    sms: list[SmsMessage] = []
    mails: list[EmailMessage] = []
    outcomes: dict[str, Outcome] = {}
    for delivery in deliveries:
        receiver, request_id = receivers.get(delivery.member_id, nowhere), str(delivery.id)
        said = words[delivery.message_id, receiver.locale if receiver.locale in LOCALES else LOCALES[0]]
        if delivery.channel == SMS and receiver.phone:
            sms.append(SmsMessage(request_id, receiver.phone, TEMPLATE, {"text": said.sms}))
        elif delivery.channel == EMAIL and receiver.email:
            mails.append(EmailMessage(request_id, receiver.email, said.subject, said.text))
        else:
            outcomes[request_id] = Outcome(request_id, "refused", "no_address")
    answers = (wires().sms.send_batch(sms) if sms else []) + (wires().email.send_batch(mails) if mails else [])
    return outcomes | {answer.id: answer for answer in answers}


def _note(deliveries: Sequence[Any], outcomes: Mapping[str, Outcome]) -> tuple[int, int, list[Outcome]]:
    """Write down what became of each; returns how many were accepted, how many came to nothing, and what must wait."""
    by_result: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    waiting: list[Outcome] = []
    for delivery in deliveries:
        outcome = outcomes[str(delivery.id)]
        state = _state_after(outcome, delivery.attempts)
        if state == "queued":
            waiting.append(outcome)
        by_result[state, outcome.code].append(delivery.id)
    for (state, code), ids in by_result.items():
        finished_at = None if state == "queued" else func.clock_timestamp()
        db.session.execute(
            update(Delivery)
            .where(among(Delivery.id, ids))
            .values(state=state, provider_code=code, finished_at=finished_at)
            .execution_options(synchronize_session=False)
        )
    accepted = sum(len(ids) for (state, _), ids in by_result.items() if state == "accepted")
    return accepted, len(deliveries) - accepted - len(waiting), waiting


def _state_after(outcome: Outcome, attempts: int) -> str:
    if outcome.status == "accepted":
        return "accepted"
    if outcome.code == "no_address":
        return "unreachable"
    if outcome.status == "refused":
        return "refused"
    return "queued" if attempts < MOST_ATTEMPTS else "dead"


def _pause(waiting: Sequence[Outcome], deliveries: Sequence[Any]) -> timedelta:
    """What the provider asked for, at least twice as long as the last time, never for ever."""
    asked = max((outcome.retry_after or 0.0 for outcome in waiting), default=0.0)
    attempts = max(delivery.attempts for delivery in deliveries)
    backoff = FIRST_PAUSE * 2 ** (attempts - 1) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
    return timedelta(seconds=min(LONGEST_PAUSE, max(asked, backoff)))
