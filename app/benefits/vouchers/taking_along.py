"""A shop's clerk takes a list of vouchers along, to redeem without network what is shown and to hand that in later (`handing_in`)."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Row, Select, func, select

from app.benefits.vouchers.clerks import require_clerk
from app.benefits.vouchers.errors import ListOfAnother
from app.benefits.vouchers.listed import hold_lists
from app.benefits.vouchers.models import Voucher, VoucherBatch, VoucherBatchShop, VoucherOfflineList
from app.benefits.vouchers.offline_words import Hourly, hash_of, hour_of, words_of
from app.benefits.vouchers.states import GOOD
from app.core.audit import record
from app.core.clock import CHINA, now, today_in_china
from tenants.context import Actor, current_zone
from tenants.database import db

MOST = 500
"""Vouchers of one list."""
LASTS = timedelta(hours=12)
"""For so long a list is good: a shop's day."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as the phone keeps it: `hashes` lead to the place in `batches`, and to whether the voucher is good nowhere else, so that it
    can't be redeemed in another shop meanwhile. `of` are the vouchers good in the shop; beyond `MOST` a list leaves some out."""

    paper: VoucherOfflineList
    hashes: dict[str, tuple[int, bool]]
    batches: list[VoucherBatch]
    of: int


def take_along(actor: Actor, list_id: UUID, shop_id: UUID, nonce: str) -> Listed:
    """Make the list of a shop for one phone, which `nonce` names; sent twice it is one.

    Those kept at this shop come first, then those that expire first. Raises `NotTheClerk`, and `ListOfAnother` for a list of
    another phone or shop.
    """
    require_clerk(actor, shop_id)
    hold_lists()
    rows = db.session.execute(_good_here(shop_id).limit(MOST)).all()
    made = db.session.get(VoucherOfflineList, (current_zone().id, list_id))
    if made is None:
        made_at = now()
        made = VoucherOfflineList(
            id=list_id, shop_id=shop_id, account_id=actor.account_id, clerk_name=actor.name, nonce_hash=nonce_hash(nonce),
            salt=secrets.token_hex(16), vouchers=len(rows), made_at=made_at, good_until=made_at + LASTS,
        )  # fmt: skip
        db.session.add(made)
        db.session.flush()
        record("vouchers.take_along", object_type="voucher_shop", object_id=shop_id, vouchers=len(rows))
    require_phone(made, nonce)
    if made.shop_id != shop_id:
        raise ListOfAnother
    of = db.session.scalar(select(func.count()).select_from(_good_here(shop_id).subquery())) or 0
    return _listed(made, rows, of)


def require_phone(made: VoucherOfflineList, nonce: str) -> None:
    """Raises `ListOfAnother` where the list was taken along on another phone. The phone counts, not who took it: clerks of a shop follow
    each other on one phone, and what it took has to come in after its clerk went home or left."""
    if not secrets.compare_digest(made.nonce_hash, nonce_hash(nonce)):
        raise ListOfAnother


def nonce_hash(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


def _good_here(shop_id: UUID) -> Select:
    """Vouchers that can be redeemed in the shop today, each with how many shops its batch has."""
    shops = (
        select(func.count())
        .where(VoucherBatchShop.batch_id == Voucher.batch_id)
        .correlate(Voucher)
        .scalar_subquery()
        .label("shops")
    )
    today = today_in_china()
    return (
        select(Voucher.batch_id, Voucher.serial, Voucher.last_day, Voucher.shop_id, shops)
        .join(
            VoucherBatchShop,
            (VoucherBatchShop.zone_id == Voucher.zone_id) & (VoucherBatchShop.batch_id == Voucher.batch_id),
        )
        .where(
            VoucherBatchShop.shop_id == shop_id,
            Voucher.state.in_(GOOD),
            Voucher.valid_from <= today,
            Voucher.last_day >= today,
            Voucher.shop_id.is_(None) | (Voucher.shop_id == shop_id),
        )
        .order_by(Voucher.shop_id.is_(None), Voucher.last_day, Voucher.id)
    )


def _listed(made: VoucherOfflineList, rows: Sequence[Row], of: int) -> Listed:
    batches = {
        batch.id: batch
        for batch in db.session.scalars(select(VoucherBatch).where(VoucherBatch.id.in_({row.batch_id for row in rows})))
    }
    places = {batch_id: place for place, batch_id in enumerate(batches)}
    asked = [(row, Hourly(row.serial, hour)) for row in rows for hour in _hours(made, row.last_day)]
    words = words_of(hourly for _row, hourly in asked)
    hashes = {
        hash_of(made.salt, hourly, word): (places[row.batch_id], row.shop_id is not None or row.shops == 1)
        for (row, hourly), word in zip(asked, words, strict=True)
    }
    return Listed(made, hashes, list(batches.values()), of)


def _hours(made: VoucherOfflineList, last_day: date) -> Iterator[int]:
    """The hours in which a voucher's words are good on a list, from the one before it was made."""
    day_ends = datetime.combine(last_day, time(23, 59, 59), CHINA)
    yield from range(hour_of(made.made_at) - 1, hour_of(min(made.good_until, day_ends)) + 1)
