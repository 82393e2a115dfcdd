"""Batches of vouchers and their pieces, and the shops where they are redeemed. Money is in cents."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.benefits.papers import Paper
from app.benefits.proposals import Proposal
from tenants.database import ZoneScoped, db
from tenants.models import PathText, placed_in_union


class Merchant(ZoneScoped, db.Model):
    """A business (商家) whose shops take vouchers."""

    __tablename__ = "merchants"

    name: Mapped[str]


class VoucherShop(ZoneScoped, db.Model):
    """A merchant's shop (门店)."""

    __tablename__ = "voucher_shops"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "merchant_id"], ["merchants.zone_id", "merchants.id"]),)

    merchant_id: Mapped[UUID]
    name: Mapped[str]
    address: Mapped[str] = mapped_column(default="")


class VoucherClerk(ZoneScoped, db.Model):
    """Who redeems vouchers in a shop (核销员), until `ended_at`. An account may serve several shops."""

    __tablename__ = "voucher_clerks"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "shop_id"], ["voucher_shops.zone_id", "voucher_shops.id"]),)

    shop_id: Mapped[UUID]
    account_id: Mapped[UUID]
    name: Mapped[str]
    given_by: Mapped[UUID | None]
    given_by_name: Mapped[str]
    given_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    ended_at: Mapped[datetime | None]


class VoucherBatch(Paper, ZoneScoped, db.Model):
    """Vouchers of one kind and worth (`batch_states.STEPS`): good from `valid_from` through `expires_on` in China, and `grace_days`
    longer.

    `category` is what it is given for and `goods` what it is for (`app.benefits.rules.categories`); `earmark` the tag of the goods. The database keeps `taken`, the pieces that members have or had, within `stock`, and lets nobody check their own batch."""

    __tablename__ = "voucher_batches"
    __table_args__ = (placed_in_union(),)

    union_id: Mapped[UUID]
    union_path: Mapped[str] = mapped_column(PathText)
    kind: Mapped[str]
    category: Mapped[str] = mapped_column(PathText)
    goods: Mapped[str] = mapped_column(PathText)
    earmark: Mapped[str] = mapped_column(PathText)
    title: Mapped[str]
    terms: Mapped[str] = mapped_column(default="")
    value_cents: Mapped[int] = mapped_column(BigInteger)
    threshold_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    has_codes: Mapped[bool]
    stock: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default="0")
    per_member: Mapped[int] = mapped_column(SmallInteger)
    valid_from: Mapped[date]
    expires_on: Mapped[date]
    grace_days: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(default="")

    @property
    def last_day(self) -> date:
        """The last day on which one of it is good, unless it is extended."""
        return self.expires_on + timedelta(days=self.grace_days)


class VoucherBatchShop(ZoneScoped, db.Model):
    """A shop in which the vouchers of a batch are redeemed."""

    __tablename__ = "voucher_batch_shops"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),
        ForeignKeyConstraint(["zone_id", "shop_id"], ["voucher_shops.zone_id", "voucher_shops.id"]),
    )

    batch_id: Mapped[UUID]
    shop_id: Mapped[UUID]


class Voucher(ZoneScoped, db.Model):
    """One piece (`states.STEPS`): a member's `number`-th of the batch, given once for its `key`, which names the giving.

    `action` is the last step and `acted_by` who took it; each stands in `VoucherEvent`, written by the database. `redeem_key`
    is the redeeming phone's, `amount_cents` what the shop is due.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        ForeignKeyConstraint(
            ["zone_id", "batch_id", "per_member"],
            ["voucher_batches.zone_id", "voucher_batches.id", "voucher_batches.per_member"],
        ),
        ForeignKeyConstraint(
            ["zone_id", "batch_id", "shop_id"],
            ["voucher_batch_shops.zone_id", "voucher_batch_shops.batch_id", "voucher_batch_shops.shop_id"],
        ),
    )

    batch_id: Mapped[UUID]
    member_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    per_member: Mapped[int] = mapped_column(SmallInteger)
    serial: Mapped[str] = mapped_column(PathText)
    key: Mapped[str] = mapped_column(PathText)
    state: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    valid_from: Mapped[date]
    last_day: Mapped[date]
    shop_id: Mapped[UUID | None]
    pick_up_on: Mapped[date | None]
    redeemed_at: Mapped[datetime | None]
    redeem_key: Mapped[str | None] = mapped_column(PathText)
    purchase_cents: Mapped[int | None] = mapped_column(BigInteger)
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    action: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default="")
    acted_by: Mapped[UUID | None]
    acted_by_name: Mapped[str]
    acted_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class VoucherCode(ZoneScoped, db.Model):
    """A code (票码) of the list that was uploaded for a batch, sealed; given with one voucher, in the order of the list."""

    __tablename__ = "voucher_codes"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),
        ForeignKeyConstraint(["zone_id", "voucher_id"], ["vouchers.zone_id", "vouchers.id"]),
    )

    batch_id: Mapped[UUID]
    position: Mapped[int]
    code_cipher: Mapped[bytes] = mapped_column(LargeBinary)
    code_index: Mapped[bytes] = mapped_column(LargeBinary)
    voucher_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]


class VoucherEvent(ZoneScoped, db.Model):
    """A step that a voucher took; written by the database, never changed."""

    __tablename__ = "voucher_events"

    voucher_id: Mapped[UUID]
    member_id: Mapped[UUID]
    version: Mapped[int]
    action: Mapped[str]
    state: Mapped[str]
    last_day: Mapped[date]
    shop_id: Mapped[UUID | None]
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str]
    acted_by: Mapped[UUID | None]
    acted_by_name: Mapped[str]
    acted_at: Mapped[datetime]


class VoucherExtension(Proposal, ZoneScoped, db.Model):
    """A proposal to let unused vouchers run through `until` (延期), on a `ground` that their members read: one of a batch, or all of it
    that are good or expired. `extended` were so far; `left_out` could not be, as their piece or their share was given away.
    """

    __tablename__ = "voucher_extensions"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),
        ForeignKeyConstraint(["zone_id", "voucher_id"], ["vouchers.zone_id", "vouchers.id"]),
    )

    batch_id: Mapped[UUID]
    voucher_id: Mapped[UUID | None]
    until: Mapped[date]
    ground: Mapped[str]
    extended: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]


class VoucherSettlement(Paper, ZoneScoped, db.Model):
    """A settlement statement (结算单): what a merchant is due for the vouchers redeemed in its shops from `since` through `through` that
    stood in none before (`settlement_states.STEPS`). Nobody confirms their own: the database refuses that."""

    __tablename__ = "voucher_settlements"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "merchant_id"], ["merchants.zone_id", "merchants.id"]),)

    merchant_id: Mapped[UUID]
    since: Mapped[date]
    through: Mapped[date]
    pieces: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(default="")
    paid_by: Mapped[UUID | None]
    paid_by_name: Mapped[str] = mapped_column(default="")
    paid_at: Mapped[datetime | None]
    payment_reference: Mapped[str] = mapped_column(default="")


class VoucherSettlementLine(ZoneScoped, db.Model):
    """A redeemed voucher in a statement, in one alone; `redeem_key` and `amount_cents` as they were redeemed."""

    __tablename__ = "voucher_settlement_lines"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "settlement_id"], ["voucher_settlements.zone_id", "voucher_settlements.id"]),
        ForeignKeyConstraint(["zone_id", "voucher_id"], ["vouchers.zone_id", "vouchers.id"]),
    )

    settlement_id: Mapped[UUID]
    voucher_id: Mapped[UUID]
    redeem_key: Mapped[str] = mapped_column(PathText)
    amount_cents: Mapped[int] = mapped_column(BigInteger)


class VoucherOrder(ZoneScoped, db.Model):
    """A giving to the `members` of a frozen list (`AudienceList`), whose id it has, until the last of them was given theirs or none was left."""

    __tablename__ = "voucher_orders"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),)

    batch_id: Mapped[UUID]
    members: Mapped[int]
    ordered_at: Mapped[datetime] = mapped_column(server_default=db.func.now())
    done_at: Mapped[datetime | None]


class VoucherRefusal(ZoneScoped, db.Model):
    """A member whom a spending rule kept from a voucher when a batch was given to a frozen list (`AudienceList`)."""

    __tablename__ = "voucher_refusals"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "batch_id"], ["voucher_batches.zone_id", "voucher_batches.id"]),)

    batch_id: Mapped[UUID]
    list_id: Mapped[UUID]
    member_id: Mapped[UUID]
    rule_id: Mapped[UUID | None] = mapped_column(ForeignKey("policy_rules.id"))
    refused_at: Mapped[datetime] = mapped_column(server_default=db.func.now())


class VoucherOfflineList(ZoneScoped, db.Model):
    """A list of a shop's vouchers that a clerk took along on one phone, to redeem without network until `good_until` (离线清单).

    `nonce_hash` is the SHA-256 of what names the phone; what the list holds is made from `salt`, and kept on the phone alone."""

    __tablename__ = "voucher_offline_lists"
    __table_args__ = (ForeignKeyConstraint(["zone_id", "shop_id"], ["voucher_shops.zone_id", "voucher_shops.id"]),)

    shop_id: Mapped[UUID]
    account_id: Mapped[UUID]
    clerk_name: Mapped[str]
    nonce_hash: Mapped[str] = mapped_column(PathText)
    salt: Mapped[str] = mapped_column(PathText)
    vouchers: Mapped[int]
    made_at: Mapped[datetime]
    good_until: Mapped[datetime]


class VoucherOfflineUse(ZoneScoped, db.Model):
    """A voucher that a shop took without network, handed in once for its `key` on the list's phone.

    `refusal` is the code of why it was not good, empty where it was redeemed; of one redeemed before, `other_shop_id` and `other_at` say
    where and when. A code that is no voucher's has none. `resolution` is what was agreed with the shop about one that was not good: written
    once, by `resolved_by`."""

    __tablename__ = "voucher_offline_uses"
    __table_args__ = (
        ForeignKeyConstraint(["zone_id", "list_id"], ["voucher_offline_lists.zone_id", "voucher_offline_lists.id"]),
        ForeignKeyConstraint(["zone_id", "voucher_id"], ["vouchers.zone_id", "vouchers.id"]),
        ForeignKeyConstraint(["zone_id", "other_shop_id"], ["voucher_shops.zone_id", "voucher_shops.id"]),
    )

    list_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(PathText)
    voucher_id: Mapped[UUID | None]
    member_id: Mapped[UUID | None]
    used_at: Mapped[datetime]
    handed_in_at: Mapped[datetime]
    purchase_cents: Mapped[int | None] = mapped_column(BigInteger)
    refusal: Mapped[str] = mapped_column(PathText)
    other_shop_id: Mapped[UUID | None]
    other_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[UUID | None]
    resolved_by_name: Mapped[str | None]
    resolution: Mapped[str | None]
