"""Closing an account and opening it again. Runs on the identity plane."""

from uuid import UUID

from sqlalchemy import select, update

from app.core import audit
from app.core.clock import now
from app.core.errors import NotFound
from app.identity.changes import account_changed
from app.identity.errors import OwnAccount
from app.identity.models import Account, RoleGrant
from app.identity.operations.grants import CITY_ADMIN, keep_a_city_admin
from app.identity.operations.sessions import revoke_all
from tenants.context import Actor
from tenants.database import db


def block_account(actor: Actor, account_id: UUID, reason: str) -> None:
    """Close an account: its sessions and tokens end at once and nobody signs in with it. Twice is once.

    Raises `NotFound`, `OwnAccount`, `LastCityAdmin`.
    """
    if account_id == actor.account_id:
        raise OwnAccount
    if _is_city_admin(account_id):
        keep_a_city_admin(account_id)
    if _set_status(account_id, "active", "blocked"):
        revoke_all(account_id)
        audit.record("identity.block-account", object_type="account", object_id=account_id, stated_reason=reason)


def unblock_account(account_id: UUID, reason: str) -> None:
    """Open a closed account again; its roles hold again. Raises `NotFound`."""
    if _set_status(account_id, "blocked", "active"):
        audit.record("identity.unblock-account", object_type="account", object_id=account_id, stated_reason=reason)
        account_changed(account_id)


def _is_city_admin(account_id: UUID) -> bool:
    held = select(RoleGrant.id).where(
        RoleGrant.account_id == account_id,
        RoleGrant.role == CITY_ADMIN,
        RoleGrant.expires_at.is_(None) | (RoleGrant.expires_at > now()),
    )
    return db.session.scalar(held.limit(1)) is not None


def _set_status(account_id: UUID, before: str, after: str) -> bool:
    """Whether the status has changed; raises `NotFound` for an account that is in neither state."""
    status = db.session.scalar(select(Account.status).where(Account.id == account_id).with_for_update())
    if status not in (before, after):
        raise NotFound
    db.session.execute(update(Account).where(Account.id == account_id).values(status=after))
    return status == before
