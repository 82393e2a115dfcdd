"""What a shop redeemed without network is handed in: each of it once, and what turns out not to be good is kept with why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.benefits.vouchers.clerks import require_clerk
from app.benefits.vouchers.errors import AlreadyRedeemed, CodeNotGood, NotInTime
from app.benefits.vouchers.models import Voucher, VoucherOfflineList, VoucherOfflineUse
from app.benefits.vouchers.offline_words import read
from app.benefits.vouchers.redeeming import redeem
from app.benefits.vouchers.taking_along import require_phone
from app.core.audit import record
from app.core.clock import now
from app.core.errors import DomainError, NotFound
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.turns import take_turn

AT_ONCE = 50
"""Uses in one request."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""So far a phone's clock may be off."""
REDEEMED = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A voucher that a shop took without network: `key` names it on the phone, `code` is what was shown, `used_at` the phone's time."""

    key: str
    code: str
    used_at: datetime
    purchase_cents: int | None = None


def hand_in(actor: Actor, list_id: UUID, nonce: str, uses: Sequence[Use]) -> list[VoucherOfflineUse]:
    """Redeem what a phone took by its list, at the time it took it, and return what became of each; one handed in before is as it was.

    Raises `NotFound` for no such list, `ListOfAnother` for another phone's, `NotTheClerk` for who is no clerk of its shop.
    """
    take_turn(f"vouchers.hand_in.{list_id}")
    made = db.session.get(VoucherOfflineList, (current_zone().id, list_id))
    if made is None:
        raise NotFound
    require_phone(made, nonce)
    require_clerk(actor, made.shop_id)
    before = _handed_in(made.id, [use.key for use in uses])
    new = {use.key: use for use in uses if use.key not in before}
    # In the order of the codes: two phones that hand in at once wait for each other, never in a circle.
    done = {use.key: _take(actor, made, use) for use in sorted(new.values(), key=lambda use: (use.code, use.key))}
    if done:
        conflicts = sum(each.refusal != REDEEMED for each in done.values())
        record("vouchers.hand_in", object_type="voucher_shop", object_id=made.shop_id,
               list=str(made.id), taken_along_by=str(made.account_id), redeemed=len(done) - conflicts, conflicts=conflicts)  # fmt: skip
    all_of_them = before | done
    return [all_of_them[use.key] for use in uses]


def _handed_in(list_id: UUID, keys: Sequence[str]) -> dict[str, VoucherOfflineUse]:
    query = select(VoucherOfflineUse).where(VoucherOfflineUse.list_id == list_id, VoucherOfflineUse.key.in_(keys))
    return {each.key: each for each in db.session.scalars(query)}


def _take(actor: Actor, made: VoucherOfflineList, use: Use) -> VoucherOfflineUse:
    """Redeem one, or note why it was not good."""
    noted: dict[str, Any] = {"refusal": REDEEMED}
    used_at = min(use.used_at, now())
    serial = read(use.code, use.used_at)
    voucher = db.session.scalar(select(Voucher).where(Voucher.serial == serial)) if serial else None
    try:
        if not made.made_at - CLOCKS_DIFFER <= use.used_at <= min(made.good_until, now() + CLOCKS_DIFFER):
            raise NotInTime
        if voucher is None:
            raise CodeNotGood
        redeem(
            actor,
            voucher.id,
            made.shop_id,
            f"offline:{made.id}:{use.key}",
            purchase_cents=use.purchase_cents,
            at=used_at,
        )
    except DomainError as refusal:
        noted = {"refusal": refusal.code}
        if isinstance(refusal, AlreadyRedeemed):
            noted |= {"other_shop_id": refusal.details["shop"], "other_at": refusal.details["at"]}
    row = VoucherOfflineUse(
        list_id=made.id, key=use.key, voucher_id=voucher.id if voucher else None, member_id=voucher.member_id if voucher else None,
        used_at=use.used_at, handed_in_at=now(), purchase_cents=use.purchase_cents, **noted,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row
