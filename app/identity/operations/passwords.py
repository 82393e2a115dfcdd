"""Passwords: argon2id, the same work for every answer."""

from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update

from app.identity.models import Account
from app.identity.operations.attempts import Attempt, AttemptLimits, remember_browser
from app.members.sealing import phone_index
from tenants.database import db

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The second of OWASP's equivalent settings for argon2id: 19 MiB, two passes, one lane; about 25 ms."""
DUMMY_HASH = HASHER.hash("a password nobody has")
"""Verified in place of a hash that does not exist."""

TRIES = AttemptLimits(
    "password",
    pair={"quarter": 10, "day": 50},
    phone={"quarter": 30, "day": 100},
    address={"quarter": 100},
    everybody={"minute": 1_500},
)
"""Wrong tries; right ones are given back."""


def spend_try(attempt: Attempt) -> None:
    """Count one attempt; raises `TooMany`. Commit it before the costly comparison, so that no lock waits for it."""
    TRIES.spend(attempt)


def check_password(attempt: Attempt, password: str) -> UUID | None:
    """The account whose password this is, or None; a phone nobody has costs the same work and answers the same."""
    row = db.session.execute(
        select(Account.id, Account.password_hash).where(
            Account.phone_index == phone_index(attempt.phone), Account.status != "erased"
        )
    ).one_or_none()
    stored = row.password_hash if row else None
    matches = verify_hash(stored, password)
    if row is None or not matches:
        return None
    if HASHER.check_needs_rehash(stored or ""):
        db.session.execute(update(Account).where(Account.id == row.id).values(password_hash=HASHER.hash(password)))
    TRIES.give_back(attempt, "pair", "phone", "address")
    remember_browser(attempt)
    return row.id


def verify_hash(stored: str | None, password: str) -> bool:
    """Whether the password belongs to the stored hash; always exactly one argon2 computation."""
    try:
        return HASHER.verify(stored or DUMMY_HASH, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
