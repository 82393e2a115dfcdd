"""A zone whose members have a WeChat, and what becomes of the coupons that are given to them."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from app.benefits.vouchers.checking import faults
from app.benefits.vouchers.giving import Outcome
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.tests.market import Market
from app.benefits.wechat import asking, handing_over, hearing
from app.benefits.wechat.answers import Standing
from app.benefits.wechat.models import WeChatCoupon
from app.core.clock import today_in_china
from app.core.jobs import Postpone
from app.identity.models import Account
from app.identity.operations import connect_wechat
from sandbox.wechat.calls import WeChat
from sandbox.wechat.coupons import Coupon
from sandbox.wechat.oauth import openid_of
from tenants.context import SYSTEM, Actor, Plane, scope
from tenants.database import db
from tests.fixtures.world import Browser


@dataclass
class Till:
    market: Market
    wechat: WeChat

    def connect(self, member_id: UUID, name: str = "") -> str:
        """Connect the account of a member with the WeChat of whoever goes by a name; returns the openid."""
        openid = openid_of(name or str(member_id))
        with scope(Plane.IDENTITY):
            account = db.session.scalars(db.select(Account.id).where(Account.member_id == member_id)).one()
            db.session.commit()
        with scope(Plane.IDENTITY, actor=Actor(account_id=account, member_id=member_id)):
            connect_wechat(Actor(account_id=account, member_id=member_id), openid)
            db.session.commit()
        return openid

    def stock(self, **facts: Any) -> str:
        """The number of a stock that the merchant made at WeChat, as a batch of the till promises it unless `facts` say otherwise."""
        stock_id, today = str(secrets.randbelow(10**15)), today_in_china()
        usual = {"value_cents": 1000, "most": 3, "first_day": today.isoformat(),
                 "last_day": (today + timedelta(days=37)).isoformat()}  # fmt: skip
        self.wechat.make_stock({"stock_id": stock_id} | usual | facts)
        return stock_id

    def facts(self, **facts: Any) -> dict[str, Any]:
        """What a batch of WeChat coupons says, of a stock of its own that agrees with it."""
        said = {"kind": "wechat", "goods": "food", "title": "微信立减金", "shops": (), "value_cents": 1000} | facts
        return said if "stock_id" in said else said | {"stock_id": self._stock_for(said)}

    def _stock_for(self, said: dict[str, Any]) -> str:
        days = {"first_day": said.get("valid_from", today_in_china()).isoformat()}
        if "expires_on" in said:
            days["last_day"] = (said["expires_on"] + timedelta(days=said.get("grace_days", 7))).isoformat()
        return self.stock(
            value_cents=said["value_cents"], threshold_cents=said.get("threshold_cents", 0), most=said.get("stock", 3),
            most_each=said.get("per_member", 1), **days,
        )  # fmt: skip

    def batch(self, **facts: Any) -> UUID:
        return self.market.approved(**self.facts(**facts))

    def give(self, member_id: UUID | None = None, name: str | None = "", **facts: Any) -> UUID:
        """A coupon that was given to a member, the first one, who has a WeChat unless `name` is None; it is not handed over."""
        member_id = member_id or self.market.members[0]
        if name is not None:
            self.connect(member_id, name)
        [given] = self.market.give(self.batch(**facts), member_id)
        assert given.outcome is Outcome.GIVEN
        assert given.voucher_id
        return given.voucher_id

    def hand_over(self, voucher_id: UUID) -> bool:
        """One attempt, as the worker makes it; whether it is to be made again."""
        with self.market.work():
            try:
                handing_over.hand_over(SYSTEM, voucher_id)
            except Postpone:
                db.session.rollback()
                return True
            db.session.commit()
        return False

    def received(self, **facts: Any) -> UUID:
        """A coupon that is in its member's WeChat."""
        voucher_id = self.give(**facts)
        assert not self.hand_over(voucher_id)
        return voucher_id

    def coupon(self, voucher_id: UUID) -> WeChatCoupon:
        with self.market.staff():
            return db.session.scalars(db.select(WeChatCoupon).where(WeChatCoupon.voucher_id == voucher_id)).one()

    def voucher(self, voucher_id: UUID) -> Voucher:
        return self.market.voucher(voucher_id)

    def states(self, voucher_id: UUID) -> tuple[str, str]:
        """Where the hand-over and the voucher stand."""
        return self.coupon(voucher_id).state, self.voucher(voucher_id).state

    def at_wechat(self) -> list[Coupon]:
        """What WeChat has given."""
        return self.wechat.coupons.of()

    def hear(self, standing: Standing) -> None:
        with self.market.work():
            hearing.hear(SYSTEM, standing)
            db.session.commit()

    def ask(self) -> None:
        """The turn that asks WeChat for what it has not told."""
        with self.market.work():
            asking.hand_over_waiting()
            asking.go_on_with_stalled()
            asking.look_for_uncertain()
            asking.ask_for_silent(SYSTEM)
            asking.count_stocks()
            db.session.commit()

    def faults(self) -> dict[str, int]:
        with self.market.staff():
            return faults()

    def client(self) -> Browser:
        """WeChat's own program, at the base domain."""
        client = self.market.world.client("hall.test")
        client.environ_base.pop("HTTP_ORIGIN")
        return client
