"""Handing a session from the sign-in host to a zone's: a code good once, for seconds, on one host, in one browser."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from app.core.clock import now
from app.identity.models import Account, HandOff, Session
from app.identity.operations.sessions import end_child, open_session, revoke_session
from tenants.database import db

LIFETIME = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A session opened on the other host: whose it is, its cookie's token and end, and the path to go on to."""

    account_id: UUID
    token: str
    expires_at: datetime
    next_path: str


def hash_nonce(nonce: str) -> bytes:
    return hashlib.sha256(b"hand-off nonce|" + nonce.encode()).digest()


def begin_hand_off(session_id: UUID, *, host: str, nonce_hash: bytes, next_path: str) -> str:
    """A code that opens a child of the session on `host`, in the browser that holds the nonce."""
    code = secrets.token_urlsafe(32)
    db.session.add(
        HandOff(
            code_hash=_hash(code),
            session_id=session_id,
            host=host,
            nonce_hash=nonce_hash,
            next_path=next_path,
            expires_at=now() + LIFETIME,
        )
    )
    return code


def finish_hand_off(
    code: str, *, host: str, nonce: str, user_agent: str = "", ip: str = "", replaces: tuple[UUID, UUID] | None = None
) -> Arrival | None:
    """Open the session the code stands for, or None. Whoever shows the code first uses it up, so commit either answer.

    `replaces` is (account, session) that this browser had on the host before. It ends; if it was somebody else's, so
    does their session at the sign-in host.
    """
    hand_off = db.session.execute(
        delete(HandOff)
        .where(HandOff.code_hash == _hash(code))
        .returning(HandOff.session_id, HandOff.host, HandOff.nonce_hash, HandOff.next_path, HandOff.expires_at)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if (
        hand_off is None
        or hand_off.expires_at <= now()
        or not nonce
        or hand_off.host != host
        or not hmac.compare_digest(hand_off.nonce_hash, hash_nonce(nonce))
    ):
        return None
    parent = _valid_parent(hand_off.session_id)
    if parent is None:
        return None
    if replaces is not None:
        (end_child if replaces[0] == parent.account_id else revoke_session)(*replaces)
    token, child = open_session(
        parent.account_id, host=host, proof="hand_off", user_agent=user_agent, ip=ip, parent=parent
    )
    return Arrival(parent.account_id, token, child.expires_at, hand_off.next_path)


def _valid_parent(session_id: UUID) -> Session | None:
    return db.session.scalar(
        select(Session)
        .join(Account, Account.id == Session.account_id)
        .where(
            Session.id == session_id,
            Session.revoked_at.is_(None),
            Session.expires_at > now(),
            Account.status == "active",
        )
    )


def _hash(code: str) -> bytes:
    return hashlib.sha256(b"hand-off code|" + code.encode()).digest()
