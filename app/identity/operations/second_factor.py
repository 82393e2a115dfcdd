"""The second factor: a time-based code (RFC 6238) from an app, or a recovery code that works once."""

import hmac
import secrets
from datetime import timedelta
from uuid import UUID

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.clock import now
from app.core.platform import platform
from app.identity.changes import account_changed
from app.identity.errors import WrongCode
from app.identity.limits import Limit, give_back, spend
from app.identity.models import Account, Enrolment, RecoveryCode, Session
from tenants.database import db

STEP_SECONDS = 30
STEPS_TOLERATED = 1
"""Clocks of phones may be off by one step either way."""
ENROLMENT_LASTS = timedelta(minutes=15)
RECOVERY_CODES = 12
ISSUER = "职工之家"

TRY_QUARTER = Limit("totp.account.quarter", 6, timedelta(minutes=15))
TRY_DAY = Limit("totp.account.day", 30, timedelta(days=1))


def begin_enrolment(account_id: UUID) -> str:
    """The secret to show; the same one again while its page is open, so that reloading does not void a scanned code."""
    pending = db.session.get(Enrolment, account_id, populate_existing=True)
    if pending is not None and pending.created_at > now() - ENROLMENT_LASTS:
        return _pending_secret(pending)
    secret = random_base32()
    sealed = platform().cipher.encrypt(secret, table="identity_enrolments", column="secret", row=account_id)
    fresh = {"secret_cipher": sealed, "created_at": now()}
    db.session.execute(
        insert(Enrolment)
        .values(account_id=account_id, **fresh)
        .on_conflict_do_update(index_elements=["account_id"], set_=fresh)
    )
    return secret


def spend_try(account_id: UUID) -> None:
    """Count one try of a second factor; raises `TooMany`. Commit it, whatever the try comes to."""
    spend((TRY_QUARTER, str(account_id)), (TRY_DAY, str(account_id)))


def confirm_enrolment(account_id: UUID, code: str) -> list[str]:
    """Put the shown secret into force once its first code is right; returns the new recovery codes, shown only now.

    Raises `WrongCode`, also when the enrolment has lapsed.
    """
    pending = db.session.get(Enrolment, account_id, populate_existing=True)
    if pending is None or pending.created_at <= now() - ENROLMENT_LASTS:
        raise WrongCode(field="code")
    secret = _pending_secret(pending)
    step = matching_step(secret, code)
    if step is None:
        raise WrongCode(field="code")
    set_totp(account_id, secret, last_step=step)
    db.session.execute(delete(Enrolment).where(Enrolment.account_id == account_id))
    _give_tries_back(account_id)
    return renew_recovery_codes(account_id)


def set_totp(account_id: UUID, secret: str, *, last_step: int | None = None) -> None:
    """Make `secret` (base32) the account's second factor; codes up to `last_step` are used up.

    What was shown of the former one counts no more on any device: each has to show the new one.
    """
    sealed = platform().cipher.encrypt(secret, table="accounts", column="totp", row=account_id)
    db.session.execute(
        update(Account).where(Account.id == account_id).values(totp_cipher=sealed, totp_last_step=last_step)
    )
    shown = update(Session).where(Session.account_id == account_id, Session.second_factor_at.is_not(None))
    db.session.execute(shown.values(second_factor_at=None).execution_options(synchronize_session=False))
    audit.record("identity.set-second-factor", object_type="account", object_id=account_id)
    account_changed(account_id)


def renew_recovery_codes(account_id: UUID) -> list[str]:
    """New recovery codes; the old ones are void."""
    codes = [_new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    db.session.add_all(RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code)) for code in codes)
    audit.record("identity.renew-recovery-codes", object_type="account", object_id=account_id)
    return codes


def verify_second_factor(account_id: UUID, code: str) -> bool:
    """Whether this is the account's code of the moment, or one of its unused recovery codes; either works once."""
    plain = "".join(code.split()).replace("-", "").lower()
    used = _use_step(account_id, plain) if plain.isdecimal() else _use_recovery_code(account_id, plain)
    if used:
        _give_tries_back(account_id)
    return used


def matching_step(secret: str, code: str) -> int | None:
    """The 30-second step near now whose code this is."""
    totp, present = TOTP(secret), int(now().timestamp()) // STEP_SECONDS
    for step in range(present - STEPS_TOLERATED, present + STEPS_TOLERATED + 1):
        if code.isascii() and hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def provisioning_uri(secret: str, name: str) -> str:
    """What the QR code says (the `otpauth:` form every authenticator app reads)."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def _use_step(account_id: UUID, code: str) -> bool:
    sealed = db.session.scalar(select(Account.totp_cipher).where(Account.id == account_id))
    if sealed is None:
        return False
    secret = platform().cipher.decrypt(sealed, table="accounts", column="totp", row=account_id)
    step = matching_step(secret, code)
    if step is None:
        return False
    unused = or_(Account.totp_last_step.is_(None), Account.totp_last_step < step)
    taken = db.session.execute(
        update(Account)
        .where(Account.id == account_id, unused)
        .values(totp_last_step=step)
        .returning(Account.id)
        .execution_options(synchronize_session=False)
    )
    return taken.one_or_none() is not None


def _use_recovery_code(account_id: UUID, code: str) -> bool:
    taken = db.session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.account_id)
        .execution_options(synchronize_session=False)
    )
    if taken.one_or_none() is None:
        return False
    audit.record("identity.use-recovery-code", object_type="account", object_id=account_id)
    return True


def _new_recovery_code() -> str:
    """Ten letters and digits without lookalikes (50 bits), in two groups."""
    letters = "".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def _hash(account_id: UUID, code: str) -> bytes:
    return platform().blind_index.of("recovery_code", f"{account_id}|{code.replace('-', '')}")


def _pending_secret(pending: Enrolment) -> str:
    return platform().cipher.decrypt(
        pending.secret_cipher, table="identity_enrolments", column="secret", row=pending.account_id
    )


def _give_tries_back(account_id: UUID) -> None:
    give_back((TRY_QUARTER, str(account_id)), (TRY_DAY, str(account_id)))
