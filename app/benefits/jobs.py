"""Background entry points of benefits."""

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _

from app.benefits import checks
from app.benefits.beans import expiry, issuing, reclaiming, telling, writing
from app.benefits.vouchers import expiry as voucher_expiry
from app.benefits.vouchers import extending, granting, reminding
from app.benefits.wechat import asking, handing_over, hearing
from app.benefits.wechat.answers import Standing
from app.core.jobs import Lane, checkpoint, job, periodic
from app.core.outbox import emit
from app.identity.wechat_zones import CONNECTED
from tenants.context import current_actor


@job(issuing.ISSUE, title=_("Write an issue of beans to the ledger"), lane=Lane.LONG)
def issue_beans(issue_id: str, part: int = 0) -> None:
    """Write the next members of an issue, and order the work on those after them."""
    if writing.write_chunk(UUID(issue_id)):
        following = {"issue_id": issue_id, "part": part + 1}
        emit(issuing.ISSUE, dedupe_key=f"{issuing.ISSUE}:{issue_id}:{part + 1}", payload=following)


@periodic("benefits.expire_beans", title=_("Return beans that expired to their budgets"), every=timedelta(hours=1))
def expire_beans() -> None:
    while expiry.return_expired(current_actor()):
        checkpoint()


@job(reclaiming.RECLAIM, title=_("Take beans of an issue back"), lane=Lane.LONG)
def reclaim_beans(reclaim_id: str, part: int = 0) -> None:
    """Take back from the next members, and order the work on those after them."""
    if reclaiming.take_chunk(current_actor(), UUID(reclaim_id)):
        following = {"reclaim_id": reclaim_id, "part": part + 1}
        emit(reclaiming.RECLAIM, dedupe_key=f"{reclaiming.RECLAIM}:{reclaim_id}:{part + 1}", payload=following)


@periodic("benefits.remind_of_beans", title=_("Remind members of beans that soon expire"), every=timedelta(hours=6))
def remind_of_beans() -> None:
    telling.remind_of_expiry()


@job(granting.GRANT, title=_("Give vouchers to members"), lane=Lane.LONG)
def give_vouchers(batch_id: str, list_id: str, after: str = "") -> None:
    """Give the next members of a list theirs, and order the work on those after them."""
    granting.give_part(current_actor(), UUID(batch_id), UUID(list_id), UUID(after) if after else None)


@job(extending.EXTEND_VOUCHERS, title=_("Let vouchers run longer"), lane=Lane.LONG)
def extend_vouchers(extension_id: str, after: str = "") -> None:
    """Extend the next vouchers, and order the work on those after them."""
    extending.extend_part(current_actor(), UUID(extension_id), UUID(after) if after else None)


@periodic(
    "benefits.expire_vouchers", title=_("Let vouchers expire whose last day has passed"), every=timedelta(hours=1)
)
def expire_vouchers() -> None:
    while voucher_expiry.expire(current_actor()):
        checkpoint()


@periodic(
    "benefits.remind_of_vouchers", title=_("Remind members of vouchers that soon expire"), every=timedelta(hours=6)
)
def remind_of_vouchers() -> None:
    reminding.remind_of_expiry()


@job(handing_over.HAND_OVER, title=_("Hand a coupon over to WeChat"))
def hand_over_coupon(voucher_id: str) -> None:
    """Hand one voucher over to WeChat Pay."""
    handing_over.hand_over(current_actor(), UUID(voucher_id))


@job(CONNECTED, title=_("Hand over what waited for a member’s WeChat"))
def hand_over_waiting(member_id: str) -> None:
    """Order the hand-over of what waited for the WeChat that a member has connected."""
    asking.hand_over_waiting(UUID(member_id))


@job(hearing.HEAR, title=_("Note what WeChat tells of a coupon"))
def hear_of_coupon(coupon_id: str, status: str, used_at: str) -> None:
    """Carry a voucher to where WeChat says that its coupon stands."""
    hearing.hear(current_actor(), Standing(coupon_id, status, datetime.fromisoformat(used_at) if used_at else None))


@periodic(
    "benefits.ask_wechat",
    title=_("Ask WeChat for what it has not told of coupons"),
    every=timedelta(minutes=10),
    lane=Lane.LONG,
)
def ask_wechat() -> None:
    asking.hand_over_waiting()
    asking.go_on_with_stalled()
    asking.look_for_uncertain()
    asking.ask_for_silent(current_actor())
    asking.count_stocks()


@periodic("benefits.check_ledgers", title=_("Check whether the ledgers are whole"), every=timedelta(hours=1))
def check_ledgers() -> None:
    checks.check_ledgers()
