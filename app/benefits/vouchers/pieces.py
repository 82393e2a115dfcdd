"""Reads of the pieces of a batch, for the desk."""

from uuid import UUID

from sqlalchemy import select

from app.benefits.vouchers.models import Voucher
from app.core.identifiers.masks import mask_name
from app.members.queries import names_of
from tenants.database import db

PAGE = 50


def list_pieces(batch_id: UUID, state: str, before: UUID | None, limit: int) -> list[Voucher]:
    """The vouchers of a batch, those in one state where asked for, the newest first."""
    query = select(Voucher).where(Voucher.batch_id == batch_id)
    if state:
        query = query.where(Voucher.state == state)
    if before:
        query = query.where(Voucher.id < before)
    return list(db.session.scalars(query.order_by(Voucher.id.desc()).limit(limit)))


def masked_names(pieces: list[Voucher]) -> dict[UUID, str]:
    """The masked names of the members whom vouchers are of."""
    names = names_of({piece.member_id for piece in pieces})
    return {member_id: mask_name(name) for member_id, name in names.items()}
