"""Takes a voucher one step on, in one conditional UPDATE: of two who try, one does."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, update

from app.benefits.vouchers.models import Voucher
from app.benefits.vouchers.states import Step
from app.core.clock import now
from app.core.errors import NotFound
from tenants.context import Actor, current_zone
from tenants.database import db


def step_of(actor: Actor, step: Step, *conditions: ColumnElement[bool], reason: str = "", **values: Any):
    """The UPDATE of vouchers that stand where the step begins, confined by `conditions`."""
    return (
        update(Voucher)
        .where(Voucher.state.in_(step.sources), *conditions)
        .values(
            state=step.target, version=Voucher.version + 1, action=step.action, reason=reason,
            acted_by=actor.account_id, acted_by_name=actor.name, acted_at=now(), **values,
        )
        .execution_options(synchronize_session=False, preserve_rowcount=True)
    )  # fmt: skip


def take(actor: Actor, voucher_id: UUID, step: Step, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Whether the voucher took the step."""
    done = db.session.execute(step_of(actor, step, Voucher.id == voucher_id, *conditions, **values))
    return done.rowcount == 1  # type: ignore[attr-defined]


def find_voucher(voucher_id: UUID) -> Voucher:
    """The voucher as it stands now; raises `NotFound`."""
    found = db.session.get(Voucher, (current_zone().id, voucher_id), populate_existing=True)
    if found is None:
        raise NotFound
    return found
