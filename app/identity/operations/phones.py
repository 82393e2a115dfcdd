"""A person's own change of mobile number."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.clock import now
from app.core.errors import Conflict
from app.core.platform import platform
from app.identity.errors import PhoneTaken
from app.identity.limits import Limit, spend
from app.identity.models import Account
from app.identity.operations.sessions import revoke_other
from app.members.operations import change_own_phone
from app.members.sealing import phone_index
from tenants.context import Actor
from tenants.database import db

SEND_DAY = Limit("new-phone.account.day", 10, timedelta(days=1))


def spend_new_phone(account_id: UUID) -> None:
    """Count one code to a new phone; raises `TooMany`."""
    spend((SEND_DAY, str(account_id)))


def change_phone(actor: Actor, phone: str, *, kept: UUID) -> str:
    """Give the actor's account, and the member it speaks for, the phone that was just proved; returns the former one.

    All sessions end but `kept` at the sign-in host and its children. Raises `PhoneTaken` where another account has the
    phone, and `Conflict` where staff have given the member another one meanwhile.
    """
    cipher, place = platform().cipher, {"table": "accounts", "column": "phone", "row": actor.account_id}
    account = db.session.get_one(Account, actor.account_id, populate_existing=True, with_for_update=True)
    former, former_index = cipher.decrypt(account.phone_cipher, **place), account.phone_index
    try:
        with db.session.begin_nested():
            account.phone_cipher, account.phone_index = cipher.encrypt(phone, **place), phone_index(phone)
            account.phone_proved_at = now()
    except IntegrityError:
        raise PhoneTaken from None
    member_id = account.member_id
    if member_id is not None and not change_own_phone(member_id, phone, former_index=former_index):
        raise Conflict
    audit.record("identity.change-phone", object_type="account", object_id=account.id, subject_member_id=member_id)
    revoke_other(account.id, kept)
    return former
