"""Reminds members of vouchers that soon expire: all at once, each once a step."""

from sqlalchemy import String, cast, func, select

from app.benefits.notices import VOUCHERS_EXPIRE
from app.benefits.reminding import is_near, nearest_step, params
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import VoucherState
from app.core.clock import today_in_china
from app.notifications.fan_out import notify_each

REMINDED = (VoucherState.ISSUED, VoucherState.HANDED_OVER)
"""Whoever has it kept at a shop knows the day."""


def remind_of_expiry() -> int:
    """Remind those whose voucher is good for few days more and is not kept at a shop, once a voucher and step; how many.

    On a day that was missed the next one makes up for it, with the nearest step. On the worker plane.
    """
    left = Voucher.last_day - today_in_china()
    last_day = cast(Voucher.last_day, String)
    rows = (
        select(
            Voucher.member_id,
            params(title=VoucherBatch.title, day=last_day),
            func.concat("voucher-expires:", cast(Voucher.id, String), ":", nearest_step(left), ":", last_day).label(
                "dedupe_key"
            ),
        )
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .where(Voucher.state.in_(REMINDED), is_near(left))
    )
    return notify_each(VOUCHERS_EXPIRE.key, rows)
