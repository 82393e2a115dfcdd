"""Sessions: opened by a sign-in or a hand-off, ended here, elsewhere or everywhere."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update

from app.core import audit
from app.core.clock import now
from app.identity.changes import account_changed
from app.identity.errors import AccountBlocked
from app.identity.linking import link_by_phone, release_if_stale
from app.identity.models import Account, Session
from app.identity.sessions import LONGEST, hash_token, new_token
from tenants.database import db

LONGEST_USER_AGENT = 300


def sign_in(
    account_id: UUID, *, host: str, proof: str, user_agent: str = "", ip: str = "", replaces: UUID | None = None
) -> str:
    """Open the session of a person who has proved who they are; returns the token for the cookie.

    `replaces` is the session this browser had before: it ends. The same person's sessions on other hosts stay, as
    children of the new one, with the second factor; another person's end. The account is linked to the member who has
    its phone. Raises `AccountBlocked`.
    """
    if db.session.scalar(select(Account.status).where(Account.id == account_id)) != "active":
        raise AccountBlocked
    release_if_stale(account_id)
    link_by_phone(account_id)
    token, session = open_session(account_id, host=host, proof=proof, user_agent=user_agent, ip=ip)
    if replaces is not None:
        _replace(replaces, session)
    db.session.execute(update(Account).where(Account.id == account_id).values(last_sign_in_at=now()))
    audit.record("identity.sign-in", object_type="account", object_id=account_id, session=str(session.id), proof=proof)
    return token


def open_session(
    account_id: UUID,
    *,
    host: str,
    proof: str,
    user_agent: str = "",
    ip: str = "",
    parent: Session | None = None,
) -> tuple[str, Session]:
    """A new session and its token. A child takes over its parent's second factor and never outlives it."""
    token, at = new_token(), now()
    session = Session(
        token_hash=hash_token(token),
        account_id=account_id,
        parent_id=parent.id if parent else None,
        host=host,
        proof=proof,
        second_factor_at=parent.second_factor_at if parent else None,
        user_agent=user_agent[:LONGEST_USER_AGENT],
        ip=ip,
        created_at=at,
        last_seen_at=at,
        expires_at=parent.expires_at if parent else at + LONGEST,
    )
    db.session.add(session)
    db.session.flush()
    return token, session


def _replace(old_id: UUID, new: Session) -> None:
    old = db.session.get(Session, old_id)
    if old is not None and old.account_id == new.account_id:
        new.second_factor_at = old.second_factor_at
        db.session.flush()
        children = update(Session).where(Session.parent_id == old_id).values(parent_id=new.id)
        db.session.execute(children.execution_options(synchronize_session=False))
    _revoke(Session.id == old_id, Session.parent_id == old_id)
    account_changed(old.account_id if old else new.account_id)


def revoke_session(account_id: UUID, session_id: UUID) -> bool:
    """End a session of the account with its parent and all their children: the whole browser. False: there is none."""
    parent_id = db.session.scalar(
        select(db.func.coalesce(Session.parent_id, Session.id)).where(
            Session.id == session_id, Session.account_id == account_id, Session.revoked_at.is_(None)
        )
    )
    if parent_id is None:
        return False
    _revoke(Session.id == parent_id, Session.parent_id == parent_id)
    audit.record("identity.sign-out", object_type="account", object_id=account_id, session=str(parent_id))
    account_changed(account_id)
    return True


def end_child(account_id: UUID, session_id: UUID) -> None:
    """End one session on one host; the others of its browser stay."""
    _revoke(Session.id == session_id)
    account_changed(account_id)


def revoke_other(account_id: UUID, kept: UUID) -> None:
    """End every session of the account but this browser's; `kept` is its session at the sign-in host."""
    _revoke(Session.account_id == account_id, keep=kept)
    account_changed(account_id)


def revoke_all(account_id: UUID) -> None:
    """End every session of the account, on every device."""
    _revoke(Session.account_id == account_id)
    audit.record("identity.sign-out-everywhere", object_type="account", object_id=account_id)
    account_changed(account_id)


def mark_second_factor(account_id: UUID, session_id: UUID, at: datetime) -> None:
    """Note that the session's person has shown the second factor."""
    db.session.execute(update(Session).where(Session.id == session_id).values(second_factor_at=at))
    account_changed(account_id)


def _revoke(*any_of: object, keep: UUID | None = None) -> None:
    """Revoke the sessions for which any condition holds, save one and its children."""
    statement = update(Session).where(or_(*any_of), Session.revoked_at.is_(None))  # type: ignore[arg-type]
    if keep is not None:
        statement = statement.where(Session.id != keep, Session.parent_id.is_distinct_from(keep))
    db.session.execute(statement.values(revoked_at=now()).execution_options(synchronize_session=False))
