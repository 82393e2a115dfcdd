"""Accounts, sessions and roles. Read and written on the identity plane."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from tenants.database import db
from tenants.ids import uuid7
from tenants.models import PathText, placed_in_union


class Account(db.Model):
    """A way in, by phone; `member_id` is set once the phone belongs to a member.

    `phone_proved_at` is when somebody last entered a code that was sent to the phone.
    """

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    member_id: Mapped[UUID | None] = mapped_column(ForeignKey("members.id"), unique=True)
    display_name: Mapped[str] = mapped_column(default="")
    phone_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    phone_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    phone_proved_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    totp_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(default="active")
    locale: Mapped[str | None]
    large_text: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    last_sign_in_at: Mapped[datetime | None]


class RoleGrant(db.Model):
    """A role given to an account for a union and everything below it; `name` is what they who gave it call the person."""

    __tablename__ = "role_grants"
    __table_args__ = (placed_in_union(),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    role: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    granted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    expires_at: Mapped[datetime | None]


class Session(db.Model):
    """A signed-in browser on one host. The one at `id.` is the parent of those on zones; revoking it ends all.

    `proof` is how the person showed who they are: `code`, `password`, or `hand_off` from the parent.
    """

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("sessions.id"))
    host: Mapped[str]
    proof: Mapped[str] = mapped_column(default="")
    second_factor_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SignInCode(db.Model):
    """The one live code of a phone in one browser for one use: only a keyed hash of it is kept, and it dies after a few wrong tries."""

    __tablename__ = "identity_codes"

    code_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime]


class KnownBrowser(db.Model):
    """A browser in which somebody has signed in by a phone; `browser_key` is a keyed hash of the two."""

    __tablename__ = "identity_known_browsers"

    browser_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime]


class HandOff(db.Model):
    """A session on its way from `id.` to another host: good once, there, and in the browser that holds the nonce."""

    __tablename__ = "identity_hand_offs"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"))
    host: Mapped[str]
    nonce_hash: Mapped[bytes] = mapped_column(LargeBinary)
    next_path: Mapped[str]
    expires_at: Mapped[datetime]


class LimitCounter(db.Model):
    """How often something was tried in one window of time; `bucket` is a keyed hash of limit, subject and window."""

    __tablename__ = "identity_limits"

    bucket: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used: Mapped[int]
    ends_at: Mapped[datetime]


class Enrolment(db.Model):
    """A second factor that is shown to its owner and not yet confirmed."""

    __tablename__ = "identity_enrolments"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    secret_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class RecoveryCode(db.Model):
    """A code that stands in for the second factor once."""

    __tablename__ = "identity_recovery_codes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[datetime | None]


class WeChatLink(db.Model):
    """The WeChat that an account is connected with (微信绑定), by its openid at our official account: one of one account."""

    __tablename__ = "identity_wechat_links"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    openid_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    openid_index: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    connected_at: Mapped[datetime]
