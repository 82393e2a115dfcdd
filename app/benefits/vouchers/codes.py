"""The list of codes of a batch: sealed as it is uploaded, and shown to the member whose voucher has one."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, any_, bindparam, delete, insert, select

from app.benefits.vouchers.batch_errors import CodesTaken
from app.benefits.vouchers.batches import held_batch, require_draft
from app.benefits.vouchers.models import VoucherBatch, VoucherCode
from app.core.audit import record
from app.core.constraints import refused_as
from app.core.platform import platform
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7s

PLACE = {"table": "voucher_codes", "column": "code"}
INDEX = "voucher_code"


def set_codes(actor: Actor, batch_id: UUID, codes: Sequence[str], *, seen: str | None) -> VoucherBatch:
    """Make these the codes of a draft, each of them once, in their order; raises like `batches.require_draft`, and `CodesTaken` where
    another batch has any of them."""
    batch = held_batch(batch_id)
    require_draft(actor, batch, seen)
    db.session.execute(delete(VoucherCode).where(VoucherCode.batch_id == batch.id))
    ids, house, zone_id = uuid7s(len(codes)), platform(), current_zone().id
    sealed = house.cipher.encrypt_many(zip(ids, codes, strict=True), **PLACE)
    indexes = house.blind_index.of_many(INDEX, codes)
    rows = [
        {"zone_id": zone_id, "id": code_id, "batch_id": batch.id, "position": position, "code_cipher": cipher, "code_index": index}
        for position, (code_id, cipher, index) in enumerate(zip(ids, sealed, indexes, strict=True), start=1)
    ]  # fmt: skip
    if rows:
        with refused_as({"voucher_codes_one_batch": CodesTaken(field="codes")}):
            db.session.execute(insert(VoucherCode), rows)
    batch.stock = len(rows)
    batch.version += 1
    db.session.flush()
    record("vouchers.set_codes", object_type="voucher_batch", object_id=batch.id, codes=len(rows))
    return batch


def find_taken(batch_id: UUID, codes: Sequence[str]) -> set[str]:
    """Those of the codes that stand in another batch of the zone."""
    by_index = dict(zip(platform().blind_index.of_many(INDEX, codes), codes, strict=True))
    listed = VoucherCode.code_index == any_(bindparam("indexes", list(by_index), ARRAY(LargeBinary())))
    found = db.session.scalars(select(VoucherCode.code_index).where(listed, VoucherCode.batch_id != batch_id))
    return {by_index[bytes(index)] for index in found}


def code_of(voucher_id: UUID) -> str:
    """The code that was given with a voucher; empty for none."""
    found = db.session.execute(
        select(VoucherCode.id, VoucherCode.code_cipher).where(VoucherCode.voucher_id == voucher_id)
    ).one_or_none()
    return platform().cipher.decrypt(found.code_cipher, row=found.id, **PLACE) if found else ""
