"""Sending deliveries: mark, send, note the provider's word.

The mark is committed before anything is sent, the words of the provider after. A worker that dies in between leaves
deliveries marked `sending`; they are sent again under the same ids, which the provider recognises. A provider that is
away, or does not want us, is asked for a day; then the event is a dead letter (`giving_up`), and staff see it.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select, update

from app.core.clock import now
from app.core.i18n import LOCALES
from app.core.jobs import GiveUp, Postpone, checkpoint
from app.notifications.adapters import EmailMessage, Outcome, SmsMessage
from app.notifications.addressing import NOWHERE, Receiver, among, receivers_of
from app.notifications.giving_up import chunk_of, take_back
from app.notifications.kinds import BROADCAST, EMAIL, SMS, kinds, mail_words, sms_text
from app.notifications.models import Broadcast, Delivery, Message
from app.notifications.settling import count_results, take_back_given_up
from app.notifications.wires import wires
from tenants.context import current_zone
from tenants.database import db

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 900.0  # seconds
PATIENCE, MOST_ATTEMPTS = timedelta(days=1), 40
"""A delivery is given up when both are used up: neither a zone that was closed nor a worker that was killed counts alone."""
UNREACHABLE = frozenset({"no_address", "bad_record"})
TEMPLATE = "notice"
"""The provider's template for all we send: its one parameter is the text."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says."""

    subject: str
    text: str
    sms: str


def send_one(delivery_id: UUID) -> None:
    """Send one delivery of a message; raises `Postpone` when it must be tried again, `GiveUp` after a day of that."""
    take_back(Delivery.id == delivery_id)
    _send(Delivery.id == delivery_id)


def send_chunk(broadcast_id: UUID, first: UUID, until: UUID | None) -> None:
    """Send a broadcast's deliveries from `first` up to, not including, `until`; raises like `send_one`.

    An event that was given up and runs again was called back: so are its deliveries.
    """
    chunk = chunk_of(broadcast_id, first, until)
    broadcast = db.session.execute(
        select(Broadcast.state, Broadcast.given_up).where(Broadcast.id == broadcast_id)
    ).one()
    if broadcast.given_up and (number := take_back(chunk)):
        take_back_given_up(broadcast_id, number)
    if broadcast.state == "cancelled":
        _call_off(chunk)
    else:
        _send(chunk, broadcast_id)


def _call_off(chunk: ColumnElement[bool]) -> None:
    """End what is left; of what was marked and never noted nobody knows whether it had left."""
    unknown = case((Delivery.state == "sending", "interrupted"), else_="")
    db.session.execute(
        update(Delivery)
        .where(chunk, Delivery.state.in_(("queued", "sending")))
        .values(state="cancelled", provider_code=unknown, finished_at=func.clock_timestamp())
        .execution_options(synchronize_session=False)
    )


def _send(chosen: ColumnElement[bool], broadcast_id: UUID | None = None) -> None:
    deliveries = db.session.execute(
        update(Delivery)
        .where(chosen, Delivery.state.in_(("queued", "sending")))
        .values(
            state="sending",
            attempts=Delivery.attempts + 1,
            first_tried_at=func.coalesce(Delivery.first_tried_at, func.clock_timestamp()),
        )
        .returning(
            Delivery.id, Delivery.member_id, Delivery.channel, Delivery.message_id, Delivery.attempts,
            Delivery.first_tried_at,
        )
        .execution_options(synchronize_session=False)
    ).all()  # fmt: skip
    if not deliveries:
        return
    receivers = receivers_of({delivery.member_id for delivery in deliveries})
    words = _words_of_broadcast(broadcast_id) if broadcast_id else _words_of_messages(deliveries)
    checkpoint()
    outcomes = _hand_over(deliveries, receivers, words)
    accepted, refused, waiting = _note(deliveries, outcomes)
    if broadcast_id is not None and accepted + refused:
        count_results(broadcast_id, accepted, refused)
    if waiting:
        checkpoint()
        _wait(waiting, [outcomes[str(delivery.id)] for delivery in waiting])


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
    return Words(*mail_words(kind, locale, params), sms_text(kind, locale, params))


def _hand_over(
    deliveries: Sequence[Any],
    receivers: Mapping[UUID, Receiver],
    words: Mapping[tuple[UUID | None, str], Words],
) -> dict[str, Outcome]:
    """Give everything to the providers; what has no address comes back as refused with a code of `UNREACHABLE`."""
    sms: list[SmsMessage] = []
    mails: list[EmailMessage] = []
    outcomes: dict[str, Outcome] = {}
    for delivery in deliveries:
        receiver, request_id = receivers.get(delivery.member_id, NOWHERE), str(delivery.id)
        said = words[delivery.message_id, receiver.locale]
        if delivery.channel == SMS and receiver.phone:
            sms.append(SmsMessage(request_id, receiver.phone, TEMPLATE, {"text": said.sms}))
        elif delivery.channel == EMAIL and receiver.email:
            mails.append(EmailMessage(request_id, receiver.email, said.subject, said.text))
        else:
            is_damaged = delivery.channel == SMS and receiver.is_damaged
            outcomes[request_id] = Outcome(request_id, "refused", "bad_record" if is_damaged else "no_address")
    answers = (wires().sms.send_batch(sms) if sms else []) + (wires().email.send_batch(mails) if mails else [])
    return outcomes | {answer.id: answer for answer in answers}


def _note(deliveries: Sequence[Any], outcomes: Mapping[str, Outcome]) -> tuple[int, int, list[Any]]:
    """Write down what became of each; returns how many were accepted, how many came to nothing, and who must wait."""
    by_result: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    waiting: list[Any] = []
    for delivery in deliveries:
        outcome = outcomes[str(delivery.id)]
        state = _state_after(outcome)
        if state == "queued":
            waiting.append(delivery)
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


def _state_after(outcome: Outcome) -> str:
    if outcome.status == "accepted":
        return "accepted"
    if outcome.status == "retry":
        return "queued"
    return "unreachable" if outcome.code in UNREACHABLE else "refused"


def _wait(waiting: Sequence[Any], outcomes: Sequence[Outcome]) -> NoReturn:
    """Ask to come again, at least twice as late as the last time; give up what a day of that did not help."""
    attempts = max(delivery.attempts for delivery in waiting)
    since = max(delivery.first_tried_at for delivery in waiting)
    codes = ", ".join(sorted({outcome.code for outcome in outcomes}))
    if attempts >= MOST_ATTEMPTS and now() - since >= PATIENCE:
        raise GiveUp(f"the provider could not take it for {PATIENCE.days} day: {codes}")
    asked = max(outcome.retry_after or 0.0 for outcome in outcomes)
    backoff = FIRST_PAUSE * 2 ** min(attempts - 1, 16) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
    pause = min(LONGEST_PAUSE, max(asked, backoff))
    raise Postpone(timedelta(seconds=pause), f"the provider could not take everything: {codes}")
