"""One-time codes by SMS: six digits, five minutes, five tries, one live code a phone and browser, for one use."""

import hmac
import secrets
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.platform import platform
from app.identity.errors import CodeJustSent, WrongCode
from app.identity.limits import Limit, give_back, spend
from app.identity.models import SignInCode
from app.identity.operations.attempts import Attempt, AttemptLimits, remember_browser
from tenants.database import db

LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5

ONE_A_MINUTE = Limit("code.again", 1, timedelta(minutes=1), CodeJustSent)
"""By phone and browser: a code is on its way."""
SENDING = AttemptLimits(
    "code",
    pair={"hour": 5, "day": 12},
    phone={"hour": 10, "day": 24},
    address={"hour": 300},  # a factory's workers share one address, and those who get in give theirs back
    everybody={"minute": 1_200},  # a whole city at the opening of a campaign, and what a provider can carry
)
TRIES = AttemptLimits(
    "code.try", pair={"hour": 15}, phone={"hour": 60}, address={"hour": 600}, everybody={"minute": 3_000}
)
"""Wrong tries; right ones are given back."""


class Use(StrEnum):
    """What a code is for: it is good for nothing else, and its message says so."""

    SIGN_IN = "sign_in"
    NEW_PHONE = "new_phone"


def issue_code(attempt: Attempt, use: Use = Use.SIGN_IN) -> str:
    """A new code for the phone in this browser, replacing the one before; the caller commits, then sends it.

    Raises `CodeJustSent` or `TooMany`.
    """
    code = f"{secrets.randbelow(10**6):06d}"
    fresh = {"code_hash": _hash(attempt, code, use), "tries": 0, "expires_at": now() + LIFETIME}
    db.session.execute(
        insert(SignInCode)
        .values(code_key=_key(attempt), **fresh)
        .on_conflict_do_update(index_elements=["code_key"], set_=fresh)
    )
    spend((ONE_A_MINUTE, attempt.pair))
    SENDING.spend(attempt)
    return code


def retract_code(attempt: Attempt) -> None:
    """The code could not be sent: the person may ask again at once."""
    give_back((ONE_A_MINUTE, attempt.pair))


def spend_try(attempt: Attempt) -> None:
    """Count one try of a code; raises `TooMany`. Commit it before the comparison, so that no other try waits for it."""
    TRIES.spend(attempt)


def redeem_code(attempt: Attempt, code: str, use: Use = Use.SIGN_IN) -> bool:
    """Whether this is the live code of the phone in this browser; it is then used up. Commit either answer.

    The row stays locked from the count to the end of the transaction: however many guesses arrive at once, no more
    than `MOST_TRIES` are compared.
    """
    key = _key(attempt)
    counted = (
        update(SignInCode)
        .where(SignInCode.code_key == key, SignInCode.tries < MOST_TRIES, SignInCode.expires_at > now())
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.code_hash)
        .execution_options(synchronize_session=False)
    )
    expected = db.session.execute(counted).scalar_one_or_none()
    if not hmac.compare_digest(expected or b"", _hash(attempt, code, use)):
        return False
    used_up = delete(SignInCode).where(SignInCode.code_key == key).returning(SignInCode.code_key)
    if db.session.execute(used_up.execution_options(synchronize_session=False)).one_or_none() is None:
        raise WrongCode(field="code")
    TRIES.give_back(attempt, "pair", "phone", "address")
    SENDING.give_back(attempt, "address")
    remember_browser(attempt)
    return True


def _key(attempt: Attempt) -> bytes:
    return platform().blind_index.of("sign_in_browser", attempt.pair)


def _hash(attempt: Attempt, code: str, use: Use) -> bytes:
    """Keyed: six digits under a plain hash could be read back out of the table."""
    return platform().blind_index.of(f"{use}_code", f"{attempt.pair}|{code}")
