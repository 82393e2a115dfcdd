"""Makes a voucher void that was given in error: its piece is back in the stock, and it counts no more as given."""

from uuid import UUID

from sqlalchemy import ColumnElement

from app.benefits.vouchers.errors import ReasonMissing, VoucherMovedOn
from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import VOID
from app.benefits.vouchers.steps import find_voucher, take
from app.benefits.vouchers.telling import tell_void
from app.core.audit import record
from tenants.context import Actor


def make_void(actor: Actor, voucher_id: UUID, *conditions: ColumnElement[bool], reason: str) -> Voucher:
    """Make an unused voucher void, where it meets the conditions, for a reason that its member reads. Raises `NotFound`, `ReasonMissing` and `VoucherMovedOn`."""
    voucher = find_voucher(voucher_id)
    if not reason:
        raise ReasonMissing(field="reason")
    if not take(actor, voucher_id, VOID, *conditions, reason=reason, shop_id=None, pick_up_on=None):
        raise VoucherMovedOn
    record("vouchers.void", object_type="voucher", object_id=voucher_id, subject_member_id=voucher.member_id,
           stated_reason=reason)  # fmt: skip
    tell_void(voucher, reason)
    return find_voucher(voucher_id)
