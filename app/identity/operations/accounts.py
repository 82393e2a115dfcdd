"""Accounts: made by the first sign-in or by staff, linked to the member with the same phone."""

from datetime import timedelta
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.clock import now
from app.core.platform import platform
from app.identity.changes import account_changed
from app.identity.errors import WeakPassword
from app.identity.limits import Limit, spend
from app.identity.linking import link
from app.identity.models import Account
from app.identity.operations.passwords import HASHER
from app.identity.operations.second_factor import set_totp
from app.members.models import Member
from app.members.sealing import document_index, phone_index
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7

SET_DISPLAY = Limit("display.account.hour", 60, timedelta(hours=1))
TRY_DOCUMENT = Limit("document.account.day", 5, timedelta(days=1))
SHORTEST_PASSWORD = 8
OFTEN_GUESSED = frozenset(
    ("12345678", "123456789", "1234567890", "11111111", "88888888", "66666666", "00000000", "87654321", "password",
     "password1", "qwertyui", "qwerty123", "abc12345", "a1234567", "aa123456", "1qaz2wsx", "woaini1314", "5201314520",
     "iloveyou", "admin123", "zhigongzhijia")
)  # fmt: skip


def find_account_id(phone: str) -> UUID | None:
    """The account of a phone (E.164)."""
    return db.session.scalar(select(Account.id).where(Account.phone_index == phone_index(phone)))


def verified_account(phone: str) -> UUID:
    """The account of a phone whose owner has just proved to hold it; made where there is none."""
    account_id = ensure_account(phone, "")
    db.session.execute(update(Account).where(Account.id == account_id).values(phone_proved_at=now()))
    return account_id


def ensure_account(
    phone: str, name: str, *, password: str | None = None, totp_secret: str | None = None, member_id: UUID | None = None
) -> UUID:
    """The account of a phone (E.164), made if there is none; what is given besides is set, what is not stays.

    `name` is only used for a new account. `password` is taken as it is: checking its strength is the form's.
    """
    house = platform()
    account_id, index = uuid7(), phone_index(phone)
    db.session.execute(
        insert(Account)
        .values(
            id=account_id,
            display_name=name,
            phone_index=index,
            phone_cipher=house.cipher.encrypt(phone, table="accounts", column="phone", row=account_id),
        )
        .on_conflict_do_nothing(index_elements=["phone_index"])
    )
    found = db.session.scalars(select(Account.id).where(Account.phone_index == index)).one()
    if found == account_id:
        audit.record("identity.create-account", object_type="account", object_id=found)
    if password is not None:
        _store_password(found, password)
    if totp_secret is not None:
        set_totp(found, totp_secret)
    if member_id is not None:
        db.session.execute(update(Account).where(Account.id == found).values(member_id=member_id))
        account_changed(found)
    return found


def link_member_by_document(account_id: UUID, id_number: str) -> UUID | None:
    """Link an unlinked account to the one of several members with its phone who has this resident ID number.

    Raises `TooMany`; a try that fails is counted, so commit either answer.
    """
    spend((TRY_DOCUMENT, str(account_id)))
    member_id = db.session.scalar(
        select(Member.id)
        .join(Account, Account.phone_index == Member.phone_index)
        .where(
            Account.id == account_id,
            Account.member_id.is_(None),
            Member.id_index == document_index("resident_id", id_number),
        )
    )
    if member_id is not None:
        link(account_id, member_id, how="document")
    return member_id


def set_password(actor: Actor, account_id: UUID, password: str, *, phone: str = "") -> None:
    """Set or change a password; raises `WeakPassword` for one that is short or among the first to be guessed."""
    check_strength(password, phone)
    _store_password(account_id, password)
    audit.record(
        "identity.set-password", object_type="account", object_id=account_id, by_owner=actor.account_id == account_id
    )


def check_strength(password: str, phone: str = "") -> None:
    plain = password.lower()
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(_("Use at least %(number)d characters.", number=SHORTEST_PASSWORD), field="password")
    if plain in OFTEN_GUESSED or len(set(plain)) < 3 or (phone and plain in phone):
        raise WeakPassword(
            _("This password is among the first that are guessed. Please choose another."), field="password"
        )


def set_display(account_id: UUID, *, locale: str, large_text: bool) -> None:
    """Language and text size, wherever the account signs in, and the language of messages; raises `TooMany`."""
    spend((SET_DISPLAY, str(account_id)))
    db.session.execute(update(Account).where(Account.id == account_id).values(locale=locale, large_text=large_text))
    audit.record(
        "identity.set-display", object_type="account", object_id=account_id, locale=locale, large_text=large_text
    )
    account_changed(account_id)


def _store_password(account_id: UUID, password: str) -> None:
    db.session.execute(update(Account).where(Account.id == account_id).values(password_hash=HASHER.hash(password)))
    account_changed(account_id)
