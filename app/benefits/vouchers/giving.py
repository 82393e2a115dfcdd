"""Gives vouchers of a batch: the one way there is, in one statement for any number of members."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import ARRAY, CTE, Date, Select, String, Uuid, bindparam, cast, column, func, select

from app.benefits.vouchers.kinds import KINDS
from app.benefits.vouchers.models import VoucherBatch
from app.benefits.wechat import handing_over
from app.core.audit import entry, written
from app.core.clock import today_in_china
from app.core.errors import NotFound
from app.core.rotating_codes import new_serial
from tenants.context import Actor
from tenants.database import db
from tenants.ids import uuid7s


class Outcome(StrEnum):
    """What became of one member's wish; `BEFORE` returns the voucher that the same key gave before."""

    GIVEN = "given"
    BEFORE = "before"
    NONE_LEFT = "none-left"
    ENOUGH = "enough"
    CAPPED = "capped"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Given:
    """What one member got: the voucher's id, or none and why; `rule_id` is the spending rule (`PolicyRule`) of one `CAPPED`."""

    member_id: UUID
    voucher_id: UUID | None
    outcome: Outcome
    rule_id: UUID | None = None


GiveStatement: TypeAlias = Select[UUID | None, str, UUID | None, str]
BATCH, KEY = bindparam("batch", type_=Uuid()), bindparam("key", type_=String())


def _given() -> CTE:
    asked = func.give_vouchers(
        BATCH, bindparam("members", type_=ARRAY(Uuid())), bindparam("ids", type_=ARRAY(Uuid())), bindparam("serials", type_=ARRAY(String())),
        KEY, bindparam("today", type_=Date()), bindparam("giver", type_=Uuid()), bindparam("giver_name", type_=String()),
    ).table_valued("place", column("member", Uuid()), column("voucher_id", Uuid()), "outcome", column("rule_id", Uuid()))  # fmt: skip
    return select(asked).cte("given")


GIVEN = _given()
"""What became of each member's wish: `place` in the list, `member`, `voucher_id`, `outcome`, `rule_id`."""


def _give() -> GiveStatement:
    kind = select(VoucherBatch.kind).where(VoucherBatch.id == BATCH).scalar_subquery()
    given, capped = (func.count().filter(GIVEN.c.outcome == outcome) for outcome in (Outcome.GIVEN, Outcome.CAPPED))
    deed = entry(
        "vouchers.give", object_type="voucher_batch", object_id=cast(BATCH, String),
        detail=func.jsonb_build_object("key", KEY, "given", given, "capped", capped),
    )  # fmt: skip
    answers = select(GIVEN.c.voucher_id, GIVEN.c.outcome, GIVEN.c.rule_id, kind.label("kind")).order_by(GIVEN.c.place)
    return answers.add_cte(written(deed.select_from(GIVEN).having(given + capped > 0)))


GIVE = _give()
"""Gives, and notes it: made once, for a hot campaign runs it for each handful of claims."""


def give(
    actor: Actor, batch_id: UUID, members: Sequence[UUID], key: str, statement: GiveStatement = GIVE, **named: Any
) -> list[Given]:
    """Give each member one voucher as long as there are any, in the order of the list, and return what became of each.

    `key` names the giving (a campaign, a list): under one key a member gets one, however often they are named. Each counts in the
    register of gifts (`app.benefits.rules`) until it expires or is void; whom a rule refuses takes no piece. `statement` is
    `GIVE`, or made of it to do something more of what is `GIVEN`, with what it has `named`. On the staff or the worker plane; others who give of the batch wait until the transaction ends. Raises `NotFound`.
    """
    if not members:
        return []
    rows = db.session.execute(statement, {
        "batch": batch_id, "members": list(members), "ids": uuid7s(len(members)), "serials": [new_serial() for _ in members],
        "key": key, "today": today_in_china(), "giver": actor.account_id, "giver_name": actor.name, **named,
    }).all()  # fmt: skip
    if not rows:
        raise NotFound
    found = [
        Given(member_id, row.voucher_id, Outcome(row.outcome), row.rule_id)
        for member_id, row in zip(members, rows, strict=True)
    ]
    newly = _newly(found)
    if newly and KINDS[rows[0].kind].is_in_wechat:
        handing_over.order(batch_id, newly)
    return found


def giving_id(batch_id: UUID, key: str) -> UUID:
    """By what the register of gifts knows a giving; the same as `voucher_giving_id` of the database."""
    return UUID(hashlib.md5(f"{batch_id}|{key}".encode(), usedforsecurity=False).hexdigest())


def _newly(found: Sequence[Given]) -> list[tuple[UUID, UUID]]:
    """Each voucher that was given now, with its member."""
    return [(each.voucher_id, each.member_id) for each in found if each.outcome is Outcome.GIVEN and each.voucher_id]
