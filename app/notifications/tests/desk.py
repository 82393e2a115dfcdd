"""What tests of broadcasts do at the desk, and the provider they send through."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.core.clock import now
from app.core.outbox import OutboxEvent
from app.members.models import Member
from app.notifications.adapters import EmailMessage, Outcome, SmsMessage
from app.notifications.models import Broadcast, Delivery, Message
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tests.fixtures.forms import fill
from tests.fixtures.world import Browser, Person

Sent = SmsMessage | EmailMessage


class Provider:
    """Takes what it is given; knows no ids twice.

    `is_away` makes every call fail, `retry` the calls of these numbers; `blocked` are phones it takes nothing for.
    """

    def __init__(self) -> None:
        self.calls: list[list[Any]] = []
        self.retry: set[int] = set()
        self.blocked: set[str] = set()
        self.is_away = False
        self.meanwhile: Callable[[], None] = lambda: None

    def send_batch(self, messages: Any) -> list[Outcome]:
        self.calls.append(list(messages))
        self.meanwhile()
        if self.is_away or len(self.calls) in self.retry:
            return [Outcome(message.id, "retry", "timeout") for message in messages]
        return [self._judge(message) for message in messages]

    def _judge(self, message: Sent) -> Outcome:
        is_blocked = isinstance(message, SmsMessage) and message.phone in self.blocked
        return Outcome(message.id, "refused", "blocked") if is_blocked else Outcome(message.id, "accepted")

    @property
    def taken(self) -> list[Any]:
        return [message for call in self.calls for message in call]

    @property
    def phones(self) -> list[str]:
        return [message.phone for message in self.taken if isinstance(message, SmsMessage)]

    @property
    def mails(self) -> list[EmailMessage]:
        return [message for message in self.taken if isinstance(message, EmailMessage)]


def compose(desk: Browser, **fields: Any) -> Any:
    typed = {"title": "停水通知", "body": "明天八点停水。", "channels": ["inbox", "sms"], "audience": "open"} | fields
    return fill(desk, "/console/broadcasts/new", **typed)


def send(desk: Browser, href: str) -> Any:
    return fill(desk, href, post_to=f"{href}/send")


def reached(zone: ZoneFacts) -> list[UUID]:
    with scope(Plane.WORKER, zone=zone):
        return sorted(db.session.execute(select(Message.member_id)).scalars())


def broadcast_of(zone: ZoneFacts) -> Broadcast:
    with scope(Plane.WORKER, zone=zone):
        return db.session.execute(select(Broadcast)).scalar_one()


def deliveries_of(zone: ZoneFacts, member: Person | None = None) -> list[Delivery]:
    query = select(Delivery).order_by(Delivery.id)
    if member is not None:
        query = query.where(Delivery.member_id == member.member_id)
    with scope(Plane.WORKER, zone=zone):
        return list(db.session.execute(query).scalars())


def change(member: Person, **values: Any) -> None:
    with scope(Plane.WORKER):
        db.session.execute(update(Member).where(Member.id == member.member_id).values(**values))
        db.session.commit()


def make_due(zone: ZoneFacts) -> None:
    """Let what waits for its next attempt be due now."""
    with scope(Plane.WORKER, zone=zone):
        db.session.execute(update(OutboxEvent).where(OutboxEvent.state == "pending").values(available_at=now()))
        db.session.commit()


def events_of(zone: ZoneFacts, kind: str) -> list[OutboxEvent]:
    with scope(Plane.WORKER, zone=zone):
        query = select(OutboxEvent).where(OutboxEvent.kind == kind).order_by(OutboxEvent.id)
        return list(db.session.execute(query).scalars())
