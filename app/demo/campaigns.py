"""The demo's campaigns: tickets for the first who come, tickets by a draw, and one that is still to be reviewed."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from app.benefits.vouchers.batch_states import APPROVE as APPROVE_BATCH
from app.benefits.vouchers.batch_states import SUBMIT as SUBMIT_BATCH
from app.benefits.vouchers.batches import draft_batch
from app.benefits.vouchers.batches import take_step as take_batch_step
from app.benefits.vouchers.models import VoucherShop
from app.core.clock import now, today_in_china
from app.demo.actors import staff_actor
from app.demo.ids import demo_id
from app.modules.events.models import Campaign
from app.modules.events.operations import Content, draft_campaign, take_step
from app.modules.events.states import APPROVE, FREEZE, SUBMIT
from tenants.context import Actor, Plane, ZoneFacts, scope
from tenants.database import db

SOON = timedelta(minutes=1)
A_DAY = timedelta(days=1)
RULES = """每位会员限领一份，电子券发放到“我的福利”，凭动态码到店核销。

1. 活动期间登录本专区即可参加，名额有限。
2. 电子券仅限本人使用，不得转让，过期作废。
3. 活动由本级工会主办，咨询请到职工服务中心。"""
CAMPAIGNS = (
    ("first_come", "周末观影 · 会员抢票", "两百张电影票，先到先得", "电影兑换券", 200, SOON, 7 * A_DAY, (SUBMIT, APPROVE, FREEZE)),
    ("draw", "亲子乐园 · 公平抽签", "六十张家庭票，截止前登记都有机会", "亲子乐园家庭票", 60, SOON, 5 * A_DAY, (SUBMIT, APPROVE, FREEZE)),
    ("draw", "职工健身月卡抽签", "三十张健身月卡", "健身月卡", 30, 3 * A_DAY, 6 * A_DAY, (SUBMIT,)),
)  # fmt: skip


def hold_campaigns(zone: ZoneFacts, accounts: Mapping[str, UUID]) -> None:
    """Written by the zone's administrator and reviewed by its approver; done once. The first two open a minute later."""
    writer, reviewer = (staff_actor(zone, accounts, role) for role in ("zone_admin", "approver"))
    for mode, title, summary, prize, stock, opens_in, lasts, steps in CAMPAIGNS:
        with scope(Plane.STAFF, zone=zone, actor=writer):
            campaign_id = demo_id("campaign", zone.id, title)
            if db.session.get(Campaign, (zone.id, campaign_id)):
                continue
            batch_id = _batch(writer, reviewer, zone, prize, stock)
            opens_at = now() + opens_in
            draft_campaign(writer, campaign_id, "claim", Content(
                title=title, summary=summary, rules=RULES, opens_at=opens_at, closes_at=opens_at + lasts,
                settings={"batch_id": batch_id, "mode": mode},
            ))  # fmt: skip
            for step in steps:
                take_step(reviewer if step is APPROVE else writer, campaign_id, step)
            db.session.commit()


def _batch(writer: Actor, reviewer: Actor, zone: ZoneFacts, title: str, stock: int) -> UUID:
    batch_id, today = demo_id("vouchers", zone.id, title), today_in_china()
    shops = set(db.session.scalars(db.select(VoucherShop.id)))
    made = draft_batch(
        writer, batch_id, kind="goods", category="sports_culture", goods="culture", title=title, terms="", value_cents=5000, threshold_cents=0, stock=stock, per_member=1,
        valid_from=today, expires_on=today + 60 * A_DAY, grace_days=7, shops=shops,
    )  # fmt: skip
    for step in (SUBMIT_BATCH, APPROVE_BATCH):
        made = take_batch_step(writer if step is SUBMIT_BATCH else reviewer, batch_id, step, seen=made.mark)
    return batch_id
