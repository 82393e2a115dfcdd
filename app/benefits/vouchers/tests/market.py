"""A zone with two shops of a merchant, who makes and who checks batches, a clerk in each shop, and three members."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID

from app.benefits.papers import Hand, Step
from app.benefits.vouchers import batches, giving, redeeming
from app.benefits.vouchers.batch_states import APPROVE, SUBMIT
from app.benefits.vouchers.codes import set_codes
from app.benefits.vouchers.models import Merchant, Voucher, VoucherBatch, VoucherClerk, VoucherShop
from app.core.clock import today_in_china
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db
from tenants.ids import uuid7
from tests.fixtures.world import World

_merchants = count(1)
"""Of names: the city's zone outlives a test, and has a market again in another."""


@dataclass
class Market:
    zone: ZoneFacts
    world: World

    def __post_init__(self) -> None:
        self.maker, self.checker = (self.world.staff_actor(self.zone, "zone_admin") for _ in range(2))
        self.members = [member_id for _ in range(3) if (member_id := self.world.member(self.zone).member_id)]
        with self.staff():
            merchant = Merchant(name=f"甜心蛋糕{next(_merchants)}号")
            db.session.add(merchant)
            db.session.flush()
            self.shops = [self._shop(merchant.id, name) for name in ("人民路店", "海滨店")]
            self.clerks = [self.clerk_of(shop_id) for shop_id in self.shops]
            db.session.commit()

    def _shop(self, merchant_id: UUID, name: str) -> UUID:
        shop = VoucherShop(id=uuid7(), merchant_id=merchant_id, name=name)
        db.session.add(shop)
        db.session.flush()
        return shop.id

    def clerk_of(self, shop_id: UUID) -> Actor:
        clerk = Actor(account_id=uuid7(), name="店员")
        db.session.add(
            VoucherClerk(shop_id=shop_id, account_id=clerk.account_id, name="店员", given_by_name=self.maker.name)
        )
        db.session.flush()
        return clerk

    def staff(self):
        return scope(Plane.STAFF, zone=self.zone)

    def work(self):
        return scope(Plane.WORKER, zone=self.zone)

    def drafted(self, *, codes: tuple[str, ...] = (), shops: tuple[UUID, ...] | None = None, **other: Any) -> UUID:
        batch_id, today = uuid7(), today_in_china()
        facts = {
            "kind": "goods", "category": "birthday", "goods": "cake", "title": "生日蛋糕", "terms": "", "value_cents": 20000, "threshold_cents": 0, "stock": 3,
            "per_member": 1, "valid_from": today, "expires_on": today + timedelta(days=30), "grace_days": 7,
        } | other  # fmt: skip
        with self.staff():
            batches.draft_batch(self.maker, batch_id, shops=self.shops if shops is None else shops, **facts)
            if codes:
                set_codes(self.maker, batch_id, codes, seen="draft.1")
            db.session.commit()
        return batch_id

    def take(self, batch_id: UUID, step: Step, *, by: Actor | None = None, reason: str = "") -> VoucherBatch:
        actor = by or (self.maker if step.hand is Hand.MAKER else self.checker)
        with self.staff():
            seen = db.session.get_one(VoucherBatch, (self.zone.id, batch_id)).mark
            words = reason or ("数量有误" if step.needs_reason else "")
            done = batches.take_step(actor, batch_id, step, seen=seen, reason=words)
            db.session.commit()
        return done

    def approved(self, **facts: Any) -> UUID:
        batch_id = self.drafted(**facts)
        for step in (SUBMIT, APPROVE):
            self.take(batch_id, step)
        return batch_id

    def give(self, batch_id: UUID, *members: UUID, key: str = "list:1") -> list[giving.Given]:
        with self.work():
            given = giving.give(self.checker, batch_id, members or self.members, key)
            db.session.commit()
        return given

    def one(self, **facts: Any) -> UUID:
        """A voucher of the first member's, of a batch of its own."""
        voucher_id = self.give(self.approved(**facts), self.members[0])[0].voucher_id
        assert voucher_id
        return voucher_id

    def redeem(self, voucher_id: UUID, shop: int = 0, key: str = "", **facts: Any) -> Voucher:
        with self.staff():
            done = redeeming.redeem(self.clerks[shop], voucher_id, self.shops[shop], key or f"key:{uuid7()}", **facts)
            db.session.commit()
        return done

    def voucher(self, voucher_id: UUID) -> Voucher:
        with self.staff():
            return db.session.get_one(Voucher, (self.zone.id, voucher_id))

    def batch(self, batch_id: UUID) -> VoucherBatch:
        with self.staff():
            return db.session.get_one(VoucherBatch, (self.zone.id, batch_id))
