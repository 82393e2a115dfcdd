"""Telling every process that what it remembers of an account has changed."""

from uuid import UUID

from flask import current_app
from sqlalchemy import event

from tenants.changes import announce
from tenants.database import ScopedSession, db

ACCOUNT_CHANGED = "account"
EXTENSION = "identity_sessions"
_changed = "identity_changed_accounts"


def account_changed(account_id: UUID) -> None:
    """Make every process forget what it knows of the account: this one at the commit, the others by the change feed."""
    announce(ACCOUNT_CHANGED, account_id)
    db.session.info.setdefault(_changed, set()).add(str(account_id))


@event.listens_for(ScopedSession, "after_commit")
def _forget_at_once(session: ScopedSession) -> None:
    for account_id in session.info.pop(_changed, ()):
        current_app.extensions[EXTENSION].forget(account_id)
