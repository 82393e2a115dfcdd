"""Telling the owner of an account that the ways into it have changed, so that they notice when it was not them.

Members read it in their inbox and by SMS; whoever is no member of a union with a zone gets the SMS alone.
"""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.core import messaging
from app.core.i18n import DEFAULT_LOCALE
from app.core.modules import NotificationKind
from app.core.outbox import emit
from app.core.platform import platform
from app.identity.models import Account
from app.identity.outsiders import nearest_zone_id
from app.members.models import Member
from tenants.context import Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7

SMS_TEMPLATE = "account_changed"


def _kind(key: str, title: object, zh: tuple[str, str], en: tuple[str, str]) -> NotificationKind:
    return NotificationKind(
        key=key,
        title=title,  # type: ignore[arg-type]
        subject={"zh_CN": zh[0], "en": en[0]},
        body={"zh_CN": f"{zh[1]}若非本人操作，请立即修改密码并退出所有设备。",
              "en": f"{en[1]} If this was not you, set a new password and sign out everywhere at once."},
        sms={"zh_CN": f"{zh[1]}若非本人操作，请立即登录并修改密码。", "en": f"{en[1]} Not you? Sign in and set a new password."},
        channels=("inbox", "sms"),
        is_required=True,
    )  # fmt: skip


PASSWORD_CHANGED = _kind(
    "identity.password-changed", _("A new password for your account"),
    ("登录密码已设置", "您的账号刚刚设置了新的登录密码。"),
    ("A new password is set", "A new password was set for your account just now."),
)  # fmt: skip
FACTOR_CHANGED = _kind(
    "identity.factor-changed", _("A new second factor for your account"),
    ("二次验证已设置", "您的账号刚刚设置了新的二次验证或恢复码。"),
    ("A new second factor is set", "A new second factor or new recovery codes were set for your account just now."),
)  # fmt: skip
_NEW_PHONE = {
    "zh_CN": "您的账号刚刚换了新的手机号，其他设备已退出登录。若非本人操作，请立即联系本单位工会。",
    "en": "Your account has a new mobile number, and other devices were signed out. Not you? Tell your union at once.",
}
PHONE_CHANGED = NotificationKind(
    key="identity.phone-changed",
    title=_("A new mobile number for your account"),  # type: ignore[arg-type]
    subject={"zh_CN": "登录手机号已更换", "en": "Your mobile number was changed"},
    body=_NEW_PHONE,
    sms=_NEW_PHONE,
    is_required=True,
)
WECHAT_CONNECTED = _kind(
    "identity.wechat-connected", _("A WeChat for your account"),
    ("微信已绑定", "您的账号刚刚绑定了微信，工会发放的微信立减金将进入该微信。"),
    ("A WeChat is connected", "A WeChat was connected with your account just now; WeChat coupons go into it."),
)  # fmt: skip
KINDS = (PASSWORD_CHANGED, FACTOR_CHANGED, PHONE_CHANGED, WECHAT_CONNECTED)


def tell_owner(account_id: UUID, kind: NotificationKind) -> None:
    """Tell it after the change has been committed, with no transaction open; a provider that is away is no failure."""
    owner = _find_owner(account_id)
    if owner.zone is None:
        _send(owner.phone, kind, owner.locale)
    else:
        _emit(owner.zone, owner.member_id, kind)


def tell_of_new_phone(account_id: UUID, former_phone: str) -> None:
    """Tell the former phone of a new one, and a member's inbox; called like `tell_owner`."""
    owner = _find_owner(account_id)
    _send(former_phone, PHONE_CHANGED, owner.locale)
    if owner.zone is not None:
        _emit(owner.zone, owner.member_id, PHONE_CHANGED)


@dataclass(frozen=True, slots=True)
class Owner:
    """How somebody is reached; `zone` is where a member has an inbox."""

    phone: str
    locale: str
    member_id: UUID | None
    zone: ZoneFacts | None


def _find_owner(account_id: UUID) -> Owner:
    with scope(Plane.IDENTITY):
        row = db.session.execute(
            select(Account.phone_cipher, Account.locale, Account.member_id, Member.union_path)
            .outerjoin(Member, Member.id == Account.member_id)
            .where(Account.id == account_id)
        ).one()
        zone_id = nearest_zone_id(row.union_path) if row.union_path else None
        zone = platform().registry.by_id(zone_id) if zone_id else None
        db.session.commit()
    phone = platform().cipher.decrypt(row.phone_cipher, table="accounts", column="phone", row=account_id)
    return Owner(phone, row.locale or DEFAULT_LOCALE, row.member_id, zone)


def _emit(zone: ZoneFacts, member_id: UUID | None, kind: NotificationKind) -> None:
    token = uuid7()
    with scope(Plane.IDENTITY, zone=zone):
        payload = {"kind_key": kind.key, "member_id": str(member_id), "params": {}, "dedupe_key": str(token),
                   "href": ""}  # fmt: skip
        emit("notifications.notify", dedupe_key=f"{kind.key}:{token}", payload=payload)
        db.session.commit()


def _send(phone: str, kind: NotificationKind, locale: str) -> None:
    try:
        messaging.send_now(phone, SMS_TEMPLATE, {"text": (kind.sms or kind.body)[locale]}, locale=locale)
    except messaging.MessageNotSent:
        return  # it is in the log
