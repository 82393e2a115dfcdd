"""Coupons that WeChat may have given and does not say whether: one person states what WeChat's merchant desk shows, another confirms it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from app.benefits import proposals
from app.benefits.papers import Step, made_before
from app.benefits.proposals import ProposalState
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.wechat.coupons import find_coupon, move
from app.benefits.wechat.errors import AskedJustNow, CouponMissing, CouponTaken, FindingWaiting, NotUncertain
from app.benefits.wechat.handing_over import turn_down
from app.benefits.wechat.models import WeChatCoupon, WeChatFinding, WeChatStock
from app.benefits.wechat.states import RECEIVE, UNDER_WAY, HandOver
from app.benefits.wechat.words import NOT_GIVEN
from app.core.audit import record
from app.core.clock import now
from app.core.constraints import refused_as
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db
from tenants.turns import take_turn

PAGE = 50
COUPON_ID = re.compile(r"[0-9]{1,20}", re.ASCII)
CALLS_LAST = timedelta(minutes=2)
"""By then a call has reached WeChat or never will."""
TOLD_AFTER = timedelta(days=1)
"""For so long WeChat may leave a call unanswered before people hear of it."""
_OF_VOUCHER = (Voucher.zone_id == WeChatCoupon.zone_id) & (Voucher.id == WeChatCoupon.voucher_id)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A coupon that is uncertain, with its voucher's batch and stock; `waits` is that something was stated of it and is to be confirmed."""

    coupon: WeChatCoupon
    voucher: Voucher
    title: str
    stock_id: str
    waits: bool


def list_doubts(limit: int, after: UUID | None = None) -> list[Doubt]:
    """The coupons that people have to say of what became of them, the oldest first."""
    query = _doubts().where(WeChatCoupon.state == HandOver.UNCERTAIN).order_by(WeChatCoupon.id).limit(limit)
    if after:
        query = query.where(WeChatCoupon.id > after)
    return [_doubt(row) for row in db.session.execute(query)]


def list_unanswered(limit: int) -> list[Doubt]:
    """Those of which WeChat has not said for a day whether it gave them, and for which it is still asked, the oldest first."""
    query = _doubts().where(_unanswered()).order_by(WeChatCoupon.id).limit(limit)
    return [_doubt(row) for row in db.session.execute(query)]


def find_doubt(voucher_id: UUID) -> Doubt:
    """The hand-over of one voucher, however it stands. Raises `NotFound`."""
    row = db.session.execute(_doubts().where(WeChatCoupon.voucher_id == voucher_id)).first()
    if row is None:
        raise NotFound
    return _doubt(row)


def count_doubts() -> int:
    """Coupons that are uncertain, or have been unanswered for long, for the console's menu and desk."""
    query = select(func.count()).where((WeChatCoupon.state == HandOver.UNCERTAIN) | _unanswered())
    return db.session.scalar(query) or 0


def list_findings(voucher_id: UUID) -> Sequence[WeChatFinding]:
    """What was stated of a coupon, the newest first."""
    query = select(WeChatFinding).where(WeChatFinding.voucher_id == voucher_id)
    return db.session.scalars(query.order_by(WeChatFinding.id.desc())).all()


def propose(
    actor: Actor, finding_id: UUID, voucher_id: UUID, *, was_given: bool, coupon_id: str, ground: str
) -> WeChatFinding:
    """State what WeChat's merchant desk says of an uncertain coupon; sent twice it is one.

    Raises `NotFound`, `NotUncertain`, `AskedJustNow`, `CouponMissing`, `CouponTaken`, and `FindingWaiting` where something is stated already.
    """
    before = made_before(WeChatFinding, finding_id)
    if before is not None:
        return before
    coupon = find_coupon(voucher_id)
    if coupon is None:
        raise NotFound
    _require_uncertain(coupon)
    if was_given and not COUPON_ID.fullmatch(coupon_id):
        raise CouponMissing(field="coupon_id")
    if was_given:
        _require_free(coupon_id, voucher_id)
    made = WeChatFinding(
        id=finding_id, voucher_id=voucher_id, coupon_id=coupon_id if was_given else None, ground=ground,
        state=ProposalState.SUBMITTED, version=1, made_by=actor.account_id, made_by_name=actor.name,
    )  # fmt: skip
    with refused_as({"voucher_wechat_findings_one_at_a_time": FindingWaiting}):
        db.session.add(made)
    _remember("propose", made, coupon)
    return made


def take_step(actor: Actor, finding_id: UUID, step: Step, *, seen: str, reason: str = "") -> WeChatFinding:
    """Decide on what was stated; what is confirmed holds at once. Raises like `proposals.take_step`, and `NotUncertain` and `CouponTaken`."""
    found = proposals.take_step(actor, WeChatFinding, finding_id, step, seen=seen, reason=reason)
    coupon = find_coupon(found.voucher_id)
    if coupon is None:
        raise NotFound
    if step is proposals.APPROVE:
        _require_uncertain(coupon)
        _carry_out(actor, coupon, found)
    _remember(step.action, found, coupon)
    return found


def _carry_out(actor: Actor, coupon: WeChatCoupon, finding: WeChatFinding) -> None:
    if finding.coupon_id is None:
        turn_down(actor, coupon, coupon.code, str(NOT_GIVEN))
        return
    _require_free(finding.coupon_id, coupon.voucher_id)
    move(coupon.id, RECEIVE, coupon_id=finding.coupon_id, code="", heard_at=None)


def _require_free(coupon_id: str, voucher_id: UUID) -> None:
    """Raises `CouponTaken` where a voucher of any zone has the coupon; whoever else states it waits."""
    take_turn(f"wechat.coupon.{coupon_id}")
    if db.session.scalar(select(func.wechat_coupon_taken(coupon_id, voucher_id))):
        raise CouponTaken(field="coupon_id")


def _require_uncertain(coupon: WeChatCoupon) -> None:
    if coupon.state != HandOver.UNCERTAIN:
        raise NotUncertain
    if coupon.asked_at is not None and coupon.asked_at > now() - CALLS_LAST:
        raise AskedJustNow


def _unanswered():
    return (
        WeChatCoupon.state.in_(UNDER_WAY)
        & (WeChatCoupon.unanswered > 0)
        & (WeChatCoupon.handed_over_at < now() - TOLD_AFTER)
    )


def _doubts() -> Select:
    waits = (
        select(WeChatFinding.id)
        .where(WeChatFinding.voucher_id == WeChatCoupon.voucher_id, WeChatFinding.state == ProposalState.SUBMITTED)
        .correlate(WeChatCoupon)
        .exists()
    )
    return (
        select(WeChatCoupon, Voucher, VoucherBatch.title, WeChatStock.stock_id, waits.label("waits"))
        .join(Voucher, _OF_VOUCHER)
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .join(
            WeChatStock, (WeChatStock.zone_id == WeChatCoupon.zone_id) & (WeChatStock.batch_id == WeChatCoupon.batch_id)
        )
    )


def _doubt(row: Row) -> Doubt:
    return Doubt(row.WeChatCoupon, row.Voucher, row.title, row.stock_id, row.waits)


def _remember(deed: str, about: WeChatFinding, coupon: WeChatCoupon) -> None:
    record(
        f"vouchers.{deed}_finding", object_type="voucher", object_id=about.voucher_id, subject_member_id=coupon.member_id,
        given=about.coupon_id is not None, stated_reason=about.ground,
    )  # fmt: skip
