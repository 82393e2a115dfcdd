"""Telling members something: an inbox message now, other channels through the outbox."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core.modules import NotificationKind
from app.core.outbox import emit
from app.notifications.errors import UnknownKind
from app.notifications.kinds import INBOX, LEAVING, is_required, kinds, parameters_of
from app.notifications.models import Delivery, Message, Preference
from tenants.changes import announce
from tenants.context import Plane, current_actor, current_scope, current_zone
from tenants.database import db
from tenants.ids import uuid7

INBOX_CHANGED = "inbox"
"""Topic of the change feed: the key is a member's id, or `zone:<id>` when many inboxes of a zone changed at once."""


def notify(kind_key: str, member_id: UUID, params: Mapping[str, Any], *, dedupe_key: str, href: str = "") -> None:
    """Tell a member something: in the inbox at once, by SMS and e-mail after the commit, as kind and preferences say.

    `params` fill the places of the kind's words and must hold them all; `href` is a path of the zone. A second call
    with the same `dedupe_key` for the same member is no second message. A member who causes a message to another one
    may not write there: it is then written by a worker. Raises `UnknownKind`.
    """
    kind = _checked_kind(kind_key, params)
    scope = current_scope()
    if scope.plane is Plane.MEMBER and scope.actor.member_id != member_id:
        payload = {"kind_key": kind_key, "member_id": str(member_id), "params": dict(params),
                   "dedupe_key": dedupe_key, "href": href}  # fmt: skip
        emit("notifications.notify", dedupe_key=f"notify:{member_id}:{dedupe_key}", payload=payload)
        return
    message_id = uuid7()
    written: CursorResult[Any] = db.session.execute(
        insert(Message)
        .values(
            zone_id=current_zone().id, id=message_id, member_id=member_id, kind=kind_key, params=dict(params),
            href=href, dedupe_key=dedupe_key,
        )
        .on_conflict_do_nothing()
        .execution_options(preserve_rowcount=True)
    )  # type: ignore[assignment]  # fmt: skip
    if written.rowcount == 0:
        return
    announce(INBOX_CHANGED, member_id)
    for channel in _leaving_channels(kind, member_id):
        _deliver(message_id, member_id, channel)


def _checked_kind(kind_key: str, params: Mapping[str, Any]) -> NotificationKind:
    kind = kinds().get(kind_key)
    if kind is None:
        raise UnknownKind(f"no manifest declares the notification {kind_key!r}")
    if missing := parameters_of(kind) - set(params):
        raise UnknownKind(f"the notification {kind_key!r} needs {sorted(missing)}")
    return kind


def _leaving_channels(kind: NotificationKind, member_id: UUID) -> list[str]:
    """The channels out of the house that this member has for this kind."""
    channels = [channel for channel in kind.channels if channel != INBOX]
    if not channels or is_required(kind):
        return channels
    choices = dict(
        db.session.execute(
            select(Preference.channel, Preference.is_on).where(
                Preference.member_id == member_id, Preference.kind == kind.key
            )
        ).all()
    )
    return [channel for channel in channels if choices.get(channel, True)]


def _deliver(message_id: UUID, member_id: UUID, channel: str) -> None:
    delivery_id = uuid7()
    db.session.execute(
        insert(Delivery)
        .values(zone_id=current_zone().id, id=delivery_id, member_id=member_id, channel=channel, message_id=message_id,
                state="queued", attempts=0, provider_code="")
        .on_conflict_do_nothing()
    )  # fmt: skip
    emit("notifications.deliver", dedupe_key=f"deliver:{delivery_id}", payload={"delivery_id": str(delivery_id)})


def mark_read(message_id: UUID) -> None:
    """Note that the running member has read a message of theirs."""
    _mark_read(Message.id == message_id)


def mark_all_read() -> None:
    """Note that the running member has read everything."""
    _mark_read(Message.id.is_not(None))


def _mark_read(condition: Any) -> None:
    member_id = current_actor().member_id
    read: CursorResult[Any] = db.session.execute(
        update(Message)
        .where(Message.member_id == member_id, Message.read_at.is_(None), condition)
        .values(read_at=func.now())
    )  # type: ignore[assignment]
    if read.rowcount:
        announce(INBOX_CHANGED, member_id)


def choose_channels(choices: Mapping[tuple[str, str], bool]) -> None:
    """Keep the running member's choices by (kind, channel); what a kind does not offer or must send is passed over."""
    known = kinds()
    rows = [
        {"zone_id": current_zone().id, "id": uuid7(), "member_id": current_actor().member_id, "kind": key,
         "channel": channel, "is_on": is_on}
        for (key, channel), is_on in choices.items()
        if key in known and channel in LEAVING and channel in known[key].channels and not is_required(known[key])
    ]  # fmt: skip
    if not rows:
        return
    statement = insert(Preference)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=[Preference.zone_id, Preference.member_id, Preference.kind, Preference.channel],
            set_={"is_on": statement.excluded.is_on},
        ),
        rows,
    )
