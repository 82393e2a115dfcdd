"""Which member an account speaks for. Its phone decides, so the link is as old as the phone is right.

A link holds while the member's phone is the account's. When staff write another number, the old one must not go on
showing the member's data: the account is released and its sessions end, at its next request or sign-in. Whoever then
proves the new number (or, where several members gave it, the ID number as well) takes the link over.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.core import audit
from app.core.clock import now
from app.identity.changes import account_changed
from app.identity.models import Account, Session
from app.members.models import Member
from tenants.database import db

PROOF_LASTS = timedelta(days=90)
"""Carriers keep a number that was given up for 90 days before somebody else gets it: so long a proof by SMS stands."""


def phone_is_proved(proved_at: datetime | None) -> bool:
    """Whether the phone that was proved at this time can't have passed to somebody else meanwhile."""
    return proved_at is not None and proved_at > now() - PROOF_LASTS


def link_by_phone(account_id: UUID) -> UUID | None:
    """Link an unlinked account to the member with its phone if there is exactly one; returns the member.

    A phone that several members gave (a clerk's, a family's) identifies none of them, and one whose proof is old may
    have passed to somebody else: the account stays unlinked.
    """
    account = db.session.execute(
        select(Account.phone_index, Account.phone_proved_at).where(
            Account.id == account_id, Account.member_id.is_(None)
        )
    ).one_or_none()
    if account is None or not phone_is_proved(account.phone_proved_at):
        return None
    members = db.session.scalars(select(Member.id).where(Member.phone_index == account.phone_index).limit(2)).all()
    if len(members) != 1:
        return None
    link(account_id, members[0], how="phone")
    return members[0]


def link(account_id: UUID, member_id: UUID, *, how: str) -> None:
    """Link an account to the member who has its phone. An account that had the member by another phone is released."""
    for former in db.session.scalars(select(Account.id).where(Account.member_id == member_id)).all():
        release(former, member_id)
    db.session.execute(update(Account).where(Account.id == account_id).values(member_id=member_id))
    audit.record(
        "identity.link-member", object_type="account", object_id=account_id, subject_member_id=member_id, how=how
    )
    account_changed(account_id)


def release(account_id: UUID, member_id: UUID) -> None:
    """Take the member from an account whose phone is no longer theirs; its sessions end on every device."""
    db.session.execute(update(Account).where(Account.id == account_id).values(member_id=None))
    ended = update(Session).where(Session.account_id == account_id, Session.revoked_at.is_(None))
    db.session.execute(ended.values(revoked_at=now()).execution_options(synchronize_session=False))
    audit.record("identity.release-member", object_type="account", object_id=account_id, subject_member_id=member_id)
    account_changed(account_id)


def release_if_stale(account_id: UUID) -> None:
    """Release the account if its member has another phone by now."""
    member_id = db.session.scalar(
        select(Member.id)
        .join(Account, Account.member_id == Member.id)
        .where(Account.id == account_id, Member.phone_index.is_distinct_from(Account.phone_index))
    )
    if member_id is not None:
        release(account_id, member_id)
