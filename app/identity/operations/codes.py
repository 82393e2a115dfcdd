"""One-time codes by SMS: six digits, five minutes, five tries, one live code a phone."""

import hmac
import secrets
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert

from app.core.clock import now
from app.core.platform import platform
from app.identity.errors import CodeJustSent, WrongCode
from app.identity.limits import Limit, give_back, spend, sweep
from app.identity.models import HandOff, LimitCounter, SignInCode
from app.members.sealing import phone_index
from tenants.database import db

LIFETIME = timedelta(minutes=5)
MOST_TRIES = 5

ONE_A_MINUTE = Limit("code.phone.minute", 1, timedelta(minutes=1), CodeJustSent)
PHONE_HOUR = Limit("code.phone.hour", 5, timedelta(hours=1))
PHONE_DAY = Limit("code.phone.day", 12, timedelta(days=1))
ADDRESS_HOUR = Limit("code.address.hour", 600, timedelta(hours=1))
"""A factory's workers share one address."""
EVERYBODY = Limit("code.all.minute", 1_200, timedelta(minutes=1))
"""A whole city at the opening of a campaign, and what a provider can carry."""

TRY_PHONE = Limit("code.try.phone.hour", 15, timedelta(hours=1))
TRY_ADDRESS = Limit("code.try.address.hour", 3_000, timedelta(hours=1))
TRY_EVERYBODY = Limit("code.try.all.minute", 3_000, timedelta(minutes=1))


def issue_code(phone: str, address: str) -> str:
    """A new code for the phone, replacing the one before; the caller commits, then sends it.

    `phone` is E.164, `address` the client's network address. Raises `CodeJustSent` or `TooMany`.
    """
    spend((ONE_A_MINUTE, phone), (PHONE_HOUR, phone), (PHONE_DAY, phone), (ADDRESS_HOUR, address), (EVERYBODY, ""))
    code = f"{secrets.randbelow(10**6):06d}"
    fresh = {"code_hash": _hash(phone, code), "tries": 0, "expires_at": now() + LIFETIME}
    db.session.execute(
        insert(SignInCode)
        .values(phone_index=phone_index(phone), **fresh)
        .on_conflict_do_update(index_elements=["phone_index"], set_=fresh)
    )
    sweep((SignInCode, "expires_at"), (HandOff, "expires_at"), (LimitCounter, "ends_at"))
    return code


def retract_code(phone: str) -> None:
    """The code could not be sent: the person may ask again at once."""
    give_back((ONE_A_MINUTE, phone))


def redeem_code(phone: str, code: str, address: str) -> bool:
    """Whether this is the phone's live code; it is then used up. A wrong try is counted, so commit either answer.

    The row stays locked from the count to the end of the transaction: however many guesses arrive at once, no more
    than `MOST_TRIES` are compared. Raises `TooMany`.
    """
    spend((TRY_PHONE, phone), (TRY_ADDRESS, address), (TRY_EVERYBODY, ""))
    index = phone_index(phone)
    counted = (
        update(SignInCode)
        .where(SignInCode.phone_index == index, SignInCode.tries < MOST_TRIES, SignInCode.expires_at > now())
        .values(tries=SignInCode.tries + 1)
        .returning(SignInCode.code_hash)
        .execution_options(synchronize_session=False)
    )
    expected = db.session.execute(counted).scalar_one_or_none()
    if not hmac.compare_digest(expected or b"", _hash(phone, code)):
        return False
    used_up = delete(SignInCode).where(SignInCode.phone_index == index).returning(SignInCode.phone_index)
    if db.session.execute(used_up.execution_options(synchronize_session=False)).one_or_none() is None:
        raise WrongCode(field="code")
    give_back((TRY_PHONE, phone), (TRY_ADDRESS, address))
    return True


def _hash(phone: str, code: str) -> bytes:
    """Keyed: six digits under a plain hash could be read back out of the table."""
    return platform().blind_index.of("sign_in_code", f"{phone}|{code}")
