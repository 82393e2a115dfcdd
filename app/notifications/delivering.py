"""Sending deliveries: mark, send, note the provider's word.

The mark is committed before anything is sent, the words of the provider after. A worker that dies in between leaves
deliveries marked `sending`; they are sent again under the same ids, which the provider recognises. A provider that is
away, or does not want us, is asked for a day; then the event is a dead letter (`giving_up`), and staff see it.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NoReturn
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, CursorResult, Uuid, case, cast, func, select, update

from app.core.clock import now
from app.core.i18n import LOCALES
from app.core.jobs import GiveUp, Postpone, checkpoint
from app.notifications.adapters import EmailMessage, Outcome, SmsMessage
from app.notifications.addressing import Addressed, read_addressed
from app.notifications.giving_up import chunk_of, take_back
from app.notifications.kinds import BROADCAST, SMS, kinds, mail_words, sms_text
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


def send_chunk(broadcast_id: UUID, first: UUID, last: UUID) -> None:
    """Send a broadcast's deliveries from `first` to `last`; raises like `send_one`.

    An event that was given up and runs again was called back: so are its deliveries.
    """
    chunk = chunk_of(broadcast_id, first, last)
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
    open_ones = chunk & Delivery.state.in_(("queued", "sending"))
    _change(open_ones, state="cancelled", provider_code=unknown, finished_at=func.clock_timestamp())


def _send(chosen: ColumnElement[bool], broadcast_id: UUID | None = None) -> None:
    marked = _change(
        chosen & Delivery.state.in_(("queued", "sending")),
        state="sending",
        attempts=Delivery.attempts + 1,
        first_tried_at=func.coalesce(Delivery.first_tried_at, func.clock_timestamp()),
    )
    if not marked:
        return
    addressed = read_addressed(chosen & (Delivery.state == "sending"))
    words = _words_of_broadcast(broadcast_id) if broadcast_id else _words_of_messages(addressed)
    checkpoint()
    results = _hand_over(addressed, words)
    _note(chosen, results)
    if broadcast_id is not None:
        ends = Counter(_state_after(outcome) for _, outcome in results)
        count_results(broadcast_id, ends["accepted"], ends["refused"] + ends["unreachable"])
    if waiting := [result for result in results if _state_after(result[1]) == "queued"]:
        checkpoint()
        _wait(waiting)


def _change(chosen: ColumnElement[bool], **values: Any) -> int:
    changed: CursorResult[Any] = db.session.execute(
        update(Delivery).where(chosen).values(**values).execution_options(synchronize_session=False)
    )  # type: ignore[assignment]
    return changed.rowcount


def _words_of_broadcast(broadcast_id: UUID) -> Mapping[tuple[UUID | None, str], Words]:
    row = db.session.execute(select(Broadcast.title, Broadcast.body).where(Broadcast.id == broadcast_id)).one()
    params = {"title": row.title, "text": row.body}
    return {(None, locale): _words(BROADCAST.key, params, locale) for locale in LOCALES}


def _words_of_messages(addressed: Sequence[Addressed]) -> Mapping[tuple[UUID | None, str], Words]:
    ids = {each.message_id for each in addressed}
    rows = db.session.execute(select(Message.id, Message.kind, Message.params).where(Message.id.in_(ids))).all()
    return {(row.id, locale): _words(row.kind, row.params, locale) for row in rows for locale in LOCALES}


def _words(kind_key: str, params: Mapping[str, Any], locale: str) -> Words:
    kind, params = kinds()[kind_key], {**params, "zone": current_zone().name}
    return Words(*mail_words(kind, locale, params), sms_text(kind, locale, params))


def _hand_over(
    addressed: Sequence[Addressed], words: Mapping[tuple[UUID | None, str], Words]
) -> list[tuple[Addressed, Outcome]]:
    """Give everything to the providers; what has no address comes back as refused with a code of `UNREACHABLE`."""
    sms: list[tuple[Addressed, SmsMessage]] = []
    mails: list[tuple[Addressed, EmailMessage]] = []
    results: list[tuple[Addressed, Outcome]] = []
    for each in addressed:
        said = words[each.message_id, each.locale]
        if not each.address:
            results.append((each, Outcome(each.id, "refused", "bad_record" if each.is_damaged else "no_address")))
        elif each.channel == SMS:
            sms.append((each, SmsMessage(each.id, each.address, TEMPLATE, {"text": said.sms})))
        else:
            mails.append((each, EmailMessage(each.id, each.address, said.subject, said.text)))
    outcomes = wires().sms.send_batch([message for _, message in sms]) if sms else []
    outcomes += wires().email.send_batch([message for _, message in mails]) if mails else []
    results += [(each, outcome) for (each, _), outcome in zip([*sms, *mails], outcomes, strict=True)]
    return results


def _note(chosen: ColumnElement[bool], results: Sequence[tuple[Addressed, Outcome]]) -> None:
    """Write down what became of each: one by one what is rare, and then of all that are still marked what is usual."""
    by_result: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each, outcome in results:
        by_result[_state_after(outcome), outcome.code].append(each.id)
    *rare, usual = sorted(by_result, key=lambda result: len(by_result[result]))
    marked = chosen & (Delivery.state == "sending")
    for result in rare:
        _end(marked & (Delivery.id == func.any(cast(by_result[result], ARRAY(Uuid)))), *result)
    _end(marked, *usual)


def _end(chosen: ColumnElement[bool], state: str, code: str) -> None:
    finished_at = None if state == "queued" else func.clock_timestamp()
    _change(chosen, state=state, provider_code=code, finished_at=finished_at)


def _state_after(outcome: Outcome) -> str:
    if outcome.status == "accepted":
        return "accepted"
    if outcome.status == "retry":
        return "queued"
    return "unreachable" if outcome.code in UNREACHABLE else "refused"


def _wait(waiting: Sequence[tuple[Addressed, Outcome]]) -> NoReturn:
    """Ask to come again, at least twice as late as the last time; give up what a day of that did not help."""
    attempts = max(each.attempts for each, _ in waiting)
    since = max(each.first_tried_at for each, _ in waiting)
    codes = ", ".join(sorted({outcome.code for _, outcome in waiting}))
    if attempts >= MOST_ATTEMPTS and now() - since >= PATIENCE:
        raise GiveUp(f"the provider could not take it for {PATIENCE.days} day: {codes}")
    asked = max(outcome.retry_after or 0.0 for _, outcome in waiting)
    backoff = FIRST_PAUSE * 2 ** min(attempts - 1, 16) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads load
    pause = min(LONGEST_PAUSE, max(asked, backoff))
    raise Postpone(timedelta(seconds=pause), f"the provider could not take everything: {codes}")
