"""A person's own WeChat: connected with their account, and disconnected."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import CursorResult, delete, select
from sqlalchemy.dialects.postgresql import insert

from app.core import audit
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.platform import platform
from app.identity.errors import WeChatTaken
from app.identity.limits import Limit, spend
from app.identity.models import Account, WeChatLink
from tenants.context import Actor
from tenants.database import db

TRIES_HOUR = Limit("wechat.account.hour", 10, timedelta(hours=1))
OPENID = {"table": "identity_wechat_links", "column": "openid"}


def spend_wechat_try(account_id: UUID) -> None:
    """Count one way to WeChat and back; raises `TooMany`."""
    spend((TRIES_HOUR, str(account_id)))


def connect_wechat(actor: Actor, openid: str) -> None:
    """Connect the actor's account with this WeChat, in place of the one before. Raises `WeChatTaken`."""
    place = {**OPENID, "row": actor.account_id}
    fresh = {
        "openid_cipher": platform().cipher.encrypt(openid, **place),
        "openid_index": platform().blind_index.of("wechat_openid", openid),
        "connected_at": now(),
    }
    linked = insert(WeChatLink).values(account_id=actor.account_id, **fresh)
    with refused_as({"identity_wechat_links_openid": WeChatTaken}):
        db.session.execute(linked.on_conflict_do_update(index_elements=["account_id"], set_=fresh))
    audit.record(
        "identity.connect-wechat", object_type="account", object_id=actor.account_id, subject_member_id=actor.member_id
    )


def disconnect_wechat(actor: Actor) -> bool:
    """Forget the WeChat of the actor's account; whether there was one."""
    gone: CursorResult = db.session.execute(delete(WeChatLink).where(WeChatLink.account_id == actor.account_id))  # type: ignore[assignment]
    if not gone.rowcount:
        return False
    audit.record(
        "identity.disconnect-wechat", object_type="account", object_id=actor.account_id, subject_member_id=actor.member_id
    )  # fmt: skip
    return True


def openid_of_member(member_id: UUID) -> str | None:
    """The WeChat that the account of a member is connected with. On the worker plane."""
    link = select(WeChatLink.account_id, WeChatLink.openid_cipher).join(Account, Account.id == WeChatLink.account_id)
    row = db.session.execute(link.where(Account.member_id == member_id, Account.status == "active")).one_or_none()
    return platform().cipher.decrypt(row.openid_cipher, row=row.account_id, **OPENID) if row else None
