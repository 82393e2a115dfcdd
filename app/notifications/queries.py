"""Reads of the inbox."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from app.notifications.models import Broadcast, Message, Preference
from tenants.database import db

PAGE = 20
MOST_COUNTED = 100


def count_unread(member_id: UUID) -> int:
    """How many messages a member of the running zone has not read; counts to 100 only ("99+")."""
    unread = (
        select(Message.id)
        .where(Message.member_id == member_id, Message.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return db.session.execute(select(func.count()).select_from(unread)).scalar_one()


def _messages() -> Any:
    joined = (Broadcast.zone_id == Message.zone_id) & (Broadcast.id == Message.broadcast_id)
    return select(
        Message.id, Message.kind, Message.params, Message.href, Message.read_at, Message.created_at,
        Broadcast.title.label("broadcast_title"), Broadcast.body.label("broadcast_body"),
    ).outerjoin(Broadcast, joined)  # fmt: skip


def list_messages(member_id: UUID, before: UUID | None = None) -> Sequence[Row[Any]]:
    """A page of a member's messages, newest first, and one row more when there is a next page."""
    query = _messages().where(Message.member_id == member_id).order_by(Message.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Message.id < before)
    return db.session.execute(query).all()


def find_message(member_id: UUID, message_id: UUID) -> Row[Any] | None:
    return db.session.execute(_messages().where(Message.member_id == member_id, Message.id == message_id)).one_or_none()


def list_choices(member_id: UUID) -> dict[tuple[str, str], bool]:
    """What a member has chosen by (kind, channel)."""
    rows = db.session.execute(
        select(Preference.kind, Preference.channel, Preference.is_on).where(Preference.member_id == member_id)
    )
    return {(kind, channel): is_on for kind, channel, is_on in rows}
