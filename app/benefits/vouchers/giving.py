"""Gives vouchers of a batch: the one way there is, in one statement for any number of members."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, Date, String, Uuid, bindparam, func, select

from app.core.audit import record
from app.core.clock import today_in_china
from app.core.errors import NotFound
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7

SERIAL_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else when it is read or typed."""
SERIAL_LENGTH = 10


class Outcome(StrEnum):
    """What became of one member's wish; `BEFORE` returns the voucher that the same key gave before."""

    GIVEN = "given"
    BEFORE = "before"
    NONE_LEFT = "none-left"
    ENOUGH = "enough"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Given:
    """What one member got: the voucher's id, or none and why."""

    member_id: UUID
    voucher_id: UUID | None
    outcome: Outcome


def give(actor: Actor, batch_id: UUID, members: Sequence[UUID], key: str) -> list[Given]:
    """Give each member one voucher as long as there are any, in the order of the list, and return what became of each.

    `key` names the giving (a campaign, a list): under one key a member gets one, however often they are named. On the staff or
    the worker plane; others who give of the batch wait until the transaction ends. Raises `NotFound`.
    """
    if not members:
        return []
    asked = func.give_vouchers(
        batch_id, _array(members, Uuid()), _array([uuid7() for _ in members], Uuid()),
        _array([_serial() for _ in members], String()), key, bindparam(None, today_in_china(), Date()),
        bindparam(None, actor.account_id, Uuid()), actor.name,
    ).table_valued("place", "voucher_id", "outcome")  # fmt: skip
    rows = db.session.execute(select(asked.c.voucher_id, asked.c.outcome).order_by(asked.c.place)).all()
    if not rows:
        raise NotFound
    found = [
        Given(member_id, row.voucher_id, Outcome(row.outcome)) for member_id, row in zip(members, rows, strict=True)
    ]
    if given := sum(each.outcome is Outcome.GIVEN for each in found):
        record("vouchers.give", object_type="voucher_batch", object_id=batch_id, given=given, key=key)
    return found


def _serial() -> str:
    return "".join(secrets.choice(SERIAL_LETTERS) for _ in range(SERIAL_LENGTH))


def _array(values: Sequence[object], kind: Uuid | String):
    return bindparam(None, list(values), ARRAY(kind))
