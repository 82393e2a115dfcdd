"""What was handed over to WeChat Pay."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.proposals import Proposal
from tenants.database import ZoneScoped, db
from tenants.models import PathText


class WeChatStock(ZoneScoped, db.Model):
    """Of which coupons at WeChat Pay a batch's are, by their number there (批次号). When it was last asked, WeChat had given
    `distributed` of the stock, and of all batches of the zone that are of it `received` were received and `under_way` perhaps."""

    __tablename__ = "voucher_wechat_stocks"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),)

    batch_id: Mapped[UUID]
    stock_id: Mapped[str] = mapped_column(PathText)
    distributed: Mapped[int | None] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, server_default="0")
    under_way: Mapped[int] = mapped_column(BigInteger, server_default="0")
    asked_at: Mapped[datetime | None]


class WeChatCoupon(ZoneScoped, db.Model):
    """A voucher on its way into a member's WeChat (`states`), under the number by which WeChat knows a repetition (商户单据号).

    `openid_cipher` is whose WeChat it went to, `code` WeChat's last word where it had it not. Of `attempts` so many are `unanswered` that WeChat
    may have given it by; `asked_at` is the last of them, or when it was asked how the coupon stands, and `heard_at` when it last said so."""

    __tablename__ = "voucher_wechat_coupons"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "voucher_id"], ["vouchers.zone_id", "vouchers.id"]),
        ForeignKeyConstraint(
            ["zone_id", "batch_id"], ["voucher_wechat_stocks.zone_id", "voucher_wechat_stocks.batch_id"]
        ),
    )

    voucher_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    member_id: Mapped[UUID]
    state: Mapped[str]
    out_request_no: Mapped[str] = mapped_column(PathText)
    openid_cipher: Mapped[bytes | None] = mapped_column(LargeBinary)
    coupon_id: Mapped[str | None] = mapped_column(PathText)
    attempts: Mapped[int] = mapped_column(server_default="0")
    unanswered: Mapped[int] = mapped_column(server_default="0")
    code: Mapped[str] = mapped_column(PathText, server_default="")
    handed_over_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]


class WeChatFinding(Proposal, ZoneScoped, db.Model):
    """What WeChat's merchant desk says of a coupon that is uncertain, as one person read it there and another confirms: that it was given as
    `coupon_id`, or where there is none that it was not. `ground` is where and how that was seen."""

    __tablename__ = "voucher_wechat_findings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "voucher_id"], ["voucher_wechat_coupons.zone_id", "voucher_wechat_coupons.voucher_id"]
        ),
    )

    voucher_id: Mapped[UUID]
    coupon_id: Mapped[str | None] = mapped_column(PathText)
    ground: Mapped[str]
