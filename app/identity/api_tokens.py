"""Tokens with which programs use a zone's API in the name of an account, with part of its rights.

A token is `hall_<random>`; only its hash is stored. It holds for one zone, for named scopes (permissions), until a day.
What it may do is the scopes its account still holds in that zone: a role taken away takes the token's rights away.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.core import audit
from app.core.clock import CHINA, now, today_in_china
from app.core.errors import InvalidInput, NotFound
from app.core.platform import platform
from app.identity.limits import Limit, spend
from app.identity.models import Account, RoleGrant
from app.identity.roles import permissions_of
from app.identity.sessions import hash_token
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import ZoneScoped, db
from tenants.ids import uuid7

PREFIX = "hall_"
USE_NOTED_EVERY = timedelta(minutes=5)
USES = Limit("api.token.minute", 1_200, timedelta(minutes=1))
"""A program that reads a county's members page by page makes a few hundred requests a minute."""
_COMMIT_LATER = text("SET LOCAL synchronous_commit = off")
"""A counted use may be lost in a crash; no request waits for the disk because of it."""


class ApiToken(ZoneScoped, db.Model):
    """A program's way in (接口令牌)."""

    __tablename__ = "identity_api_tokens"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID]
    name: Mapped[str]
    scopes: Mapped[list[Any]] = mapped_column(ARRAY(Text))
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


def create_token(account_id: UUID, name: str, scopes: list[str], lasts: timedelta) -> tuple[ApiToken, str]:
    """A new token and its text, which is shown this once. Needs the identity plane in the token's zone.

    Raises `InvalidInput` for a scope that is no permission or that the account does not hold here.
    """
    held = permissions_of(_grants(account_id), current_zone().union_path, platform().modules)
    missing = sorted(set(scopes) - held)
    if missing or not scopes:
        raise InvalidInput(f"The account does not hold: {', '.join(missing) or 'no scope was named'}", field="scopes")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        id=uuid7(),
        token_hash=hash_token(secret),
        account_id=account_id,
        name=name,
        scopes=sorted(set(scopes)),
        expires_at=now() + lasts,
    )
    db.session.add(token)
    db.session.flush()
    audit.record("identity.create-api-token", object_type="api_token", object_id=token.id, scopes=token.scopes)
    return token, secret


def revoke_token(token_id: UUID) -> ApiToken:
    """End a token at once; raises `NotFound`."""
    token = db.session.get(ApiToken, (current_zone().id, token_id))
    if token is None:
        raise NotFound
    token.revoked_at = token.revoked_at or now()
    audit.record("identity.revoke-api-token", object_type="api_token", object_id=token_id)
    return token


def list_tokens() -> list[ApiToken]:
    return list(db.session.scalars(select(ApiToken).order_by(ApiToken.id)))


def actor_of_token(given: str, address: str) -> Actor | None:
    """Who a token speaks for in the running zone; None for a token that is unknown here, revoked or expired.

    `address` is the client's, for the audit trail. Raises `TooMany` for a program that asks too often.
    """
    row = _find(given)
    if row is None:
        return None
    token, name, member_path = row
    actor = _actor(token, name, member_path)
    if not _note_use(token, address):
        db.session.execute(_COMMIT_LATER)
    spend((USES, str(token.id)))
    return actor


def _find(given: str) -> tuple[ApiToken, str, str | None] | None:
    if not given.startswith(PREFIX):
        return None
    row = db.session.execute(
        select(ApiToken, Account.display_name, Member.union_path)
        .join(Account, Account.id == ApiToken.account_id)
        .outerjoin(Member, Member.id == Account.member_id)
        .where(
            ApiToken.token_hash == hash_token(given),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now(),
            Account.status == "active",
        )
    ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def _actor(token: ApiToken, name: str, member_path: str | None) -> Actor:
    grants = _grants(token.account_id)
    held = permissions_of(grants, current_zone().union_path, platform().modules)
    ties = frozenset(filter(None, (member_path, *(path for _role, path in grants))))
    return Actor(account_id=token.account_id, name=f"{name} ({token.name})", permissions=held & frozenset(token.scopes),
                 ties=ties)  # fmt: skip


def _note_use(token: ApiToken, address: str) -> bool:
    """Keep when a token was used last, if that is a while ago; its first use on a day goes into the audit trail."""
    before = token.last_used_at
    if before is not None and now() - before <= USE_NOTED_EVERY:
        return False
    db.session.execute(update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now()))
    if before is None or before.astimezone(CHINA).date() != today_in_china():
        audit.record("identity.use-api-token", object_type="api_token", object_id=token.id,
                     account=str(token.account_id), address=address)  # fmt: skip
    return True


def _grants(account_id: UUID) -> list[tuple[str, str]]:
    query = select(RoleGrant.role, RoleGrant.union_path).where(
        RoleGrant.account_id == account_id, RoleGrant.expires_at.is_(None) | (RoleGrant.expires_at > now())
    )
    return [(row.role, row.union_path) for row in db.session.execute(query)]
