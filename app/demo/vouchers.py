"""Vouchers in the demo city: a baker's shops with a clerk, cakes and money off for all members of a zone, cinema tickets, and coupons
for their WeChat."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from app.benefits.vouchers import shops
from app.benefits.vouchers.batch_states import APPROVE, SUBMIT
from app.benefits.vouchers.batches import draft_batch, take_step
from app.benefits.vouchers.codes import set_codes
from app.benefits.vouchers.granting import order
from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import VoucherBatch
from app.core.clock import today_in_china
from app.demo.actors import staff_actor
from app.demo.ids import demo_id
from app.demo.personas import CLERK, CLERK_NAME
from app.demo.wechat import MakeStock, merchants_desk
from app.members.audience import Audience
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

MERCHANT = "甜禾烘焙"
SHOPS = (("人民路店", "霞山区人民大道南 18 号"), ("海滨店", "霞山区海滨大道 6 号"))
BATCHES = (
    (
        "cake",
        "birthday",
        "cake",
        "生日蛋糕券",
        "凭券领取 6 寸生日蛋糕一个，请提前一天预约门店。不兑换现金，不找零。",
        12_800,
        0,
    ),
    (
        "amount",
        "festival",
        "food",
        "职工面包满减券",
        "店内消费满 30 元可用，每次限用一张，不与店内其他优惠同享。",
        1_000,
        3_000,
    ),
    (
        "ticket_code",
        "sports_culture",
        "culture",
        "职工电影票",
        "凭票码在海城影院自助机取票，任选一场 2D 影片。",
        3_500,
        0,
    ),
    (
        "wechat",
        "festival",
        "food",
        "微信立减金 5 元",
        "绑定微信后自动进入微信卡包，在支持的商户使用微信支付时自动抵扣。不兑换现金。",
        500,
        0,
    ),
)
TICKETS = 300
GOOD_FOR, GRACE = timedelta(days=90), timedelta(days=7)


def give_vouchers(zone: ZoneFacts, accounts: Mapping[str, UUID]) -> None:
    """Open the shops and give each batch to all members; what is there already stays as it is."""
    maker, checker = (staff_actor(zone, accounts, role) for role in ("zone_admin", "approver"))
    with scope(Plane.STAFF, zone=zone, actor=maker):
        opened = [
            shops.open_shop(demo_id("shop", zone.id, name), merchant=MERCHANT, name=name, address=address).id
            for name, address in SHOPS
        ]
        shops.add_clerk(maker, opened[0], accounts[f"{CLERK}:{zone.slug}"], CLERK_NAME)
        db.session.commit()
    with merchants_desk() as make_stock:
        _give_batches(zone, maker, checker, opened, make_stock)


def _give_batches(
    zone: ZoneFacts, maker: Actor, checker: Actor, opened: Sequence[UUID], make_stock: MakeStock | None
) -> None:
    for kind, category, goods, title, terms, value_cents, threshold_cents in BATCHES:
        if KINDS[kind].is_in_wechat and make_stock is None:
            continue
        batch_id = demo_id("vouchers", zone.id, kind)
        with scope(Plane.STAFF, zone=zone):
            if db.session.get(VoucherBatch, (zone.id, batch_id)):
                continue
        today = today_in_china()
        stock_id = (
            _stock(zone, make_stock, value_cents, threshold_cents) if KINDS[kind].is_in_wechat and make_stock else ""
        )
        with scope(Plane.STAFF, zone=zone, actor=maker):
            made = draft_batch(
                maker, batch_id, kind=kind, category=category, goods=goods, title=title, terms=terms, value_cents=value_cents, threshold_cents=threshold_cents,
                stock=TICKETS, per_member=1, valid_from=today, expires_on=today + GOOD_FOR, grace_days=GRACE.days,
                shops=opened if KINDS[kind].has_shops else (), stock_id=stock_id,
            )  # fmt: skip
            if made.has_codes:
                set_codes(maker, batch_id, [f"HC{20270000 + number}" for number in range(TICKETS)], seen=None)
            take_step(maker, batch_id, SUBMIT, seen=made.mark)
            db.session.commit()
        with scope(Plane.STAFF, zone=zone, actor=checker):
            take_step(checker, batch_id, APPROVE, seen=db.session.get_one(VoucherBatch, (zone.id, batch_id)).mark)
            order(checker, demo_id("vouchers", zone.id, kind, "list"), batch_id, Audience())
            db.session.commit()


def _stock(zone: ZoneFacts, make_stock: MakeStock, value_cents: int, threshold_cents: int) -> str:
    """The zone's own stock at the sandbox's WeChat Pay."""
    stock_id, today = str(demo_id("wechat stock", zone.id).int % 10**8), today_in_china()
    make_stock(
        {"stock_id": stock_id, "value_cents": value_cents, "threshold_cents": threshold_cents, "most": TICKETS,
         "first_day": today.isoformat(), "last_day": (today + GOOD_FOR + GRACE).isoformat()}
    )  # fmt: skip
    return stock_id
