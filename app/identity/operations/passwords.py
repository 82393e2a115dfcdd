"""Passwords: argon2id, the same work for every answer."""

from datetime import timedelta
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from app.identity.limits import Limit, give_back, spend
from app.identity.models import Account
from app.members.sealing import phone_index
from tenants.database import db

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The second of OWASP's equivalent settings for argon2id: 19 MiB, two passes, one lane; about 25 ms."""
DUMMY_HASH = HASHER.hash("a password nobody has")
"""Verified in place of a hash that does not exist."""

TRY_PHONE = Limit("password.phone.quarter", 10, timedelta(minutes=15))
TRY_PHONE_DAY = Limit("password.phone.day", 50, timedelta(days=1))
TRY_ADDRESS = Limit("password.address.quarter", 300, timedelta(minutes=15))
TRY_EVERYBODY = Limit("password.all.minute", 1_500, timedelta(minutes=1))


def spend_try(phone: str, address: str) -> None:
    """Count one attempt; raises `TooMany`. Commit it before the costly comparison, so that no lock waits for it."""
    spend((TRY_PHONE, phone), (TRY_PHONE_DAY, phone), (TRY_ADDRESS, address), (TRY_EVERYBODY, ""))


def check_password(phone: str, password: str, address: str) -> UUID | None:
    """The account whose password this is, or None; a phone nobody has costs the same work and answers the same."""
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(
            Account.phone_index == phone_index(phone), Account.status != "erased"
        )
    ).one_or_none()
    stored = row.password_hash if row else None
    matches = verify_hash(stored, password)
    if row is None or not matches:
        return None
    if HASHER.check_needs_rehash(stored or ""):
        db.session.execute(update(Account).where(Account.id == row.id).values(password_hash=HASHER.hash(password)))
    give_back((TRY_PHONE, phone), (TRY_PHONE_DAY, phone), (TRY_ADDRESS, address))
    return row.id


def verify_hash(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the stored hash; always exactly one argon2 computation."""
    try:
        return HASHER.verify(stored or DUMMY_HASH, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
