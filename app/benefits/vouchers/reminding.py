"""Reminds members of vouchers that soon expire: all at once, each once a step."""

from sqlalchemy import String, case, cast, func, literal, select

from app.benefits.notices import VOUCHERS_EXPIRE
from app.benefits.vouchers.models import Voucher, VoucherBatch
from app.benefits.vouchers.states import VoucherState
from app.core.clock import today_in_china
from app.notifications.fan_out import notify_each

REMINDERS = (1, 7, 30)
"""So many days before the last one a member is reminded, once each."""


def remind_of_expiry() -> int:
    """Remind those whose voucher is good for few days more and is not kept at a shop, once a voucher and step; how many.

    On a day that was missed the next one makes up for it, with the nearest step. On the worker plane.
    """
    left = Voucher.last_day - today_in_china()
    step, last_day = case(*((left <= days, days) for days in REMINDERS)), cast(Voucher.last_day, String)
    texts = {"title": VoucherBatch.title, "day": last_day}
    pairs = [part for name, value in texts.items() for part in (cast(literal(name), String), value)]
    rows = (
        select(
            Voucher.member_id,
            func.jsonb_build_object(*pairs).label("params"),
            func.concat("voucher-expires:", cast(Voucher.id, String), ":", step, ":", last_day).label("dedupe_key"),
        )
        .join(VoucherBatch, (VoucherBatch.zone_id == Voucher.zone_id) & (VoucherBatch.id == Voucher.batch_id))
        .where(Voucher.state == VoucherState.ISSUED, left.between(0, max(REMINDERS)))
    )
    return notify_each(VOUCHERS_EXPIRE.key, rows)
