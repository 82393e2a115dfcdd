"""What a giving of vouchers counts as where spending rules look at it, and which of them refuses it to a member."""

from uuid import UUID

from sqlalchemy import BigInteger, Uuid, cast, literal, select

from app.benefits import rules
from app.benefits.rules.giving import over_caps
from app.benefits.rules.models import PolicyRule
from app.benefits.vouchers.giving import giving_id
from app.benefits.vouchers.models import VoucherBatch
from app.core.clock import today_in_china
from tenants.context import current_zone
from tenants.database import db


def giving_of(batch: VoucherBatch, key: str) -> rules.Giving:
    """A giving of a batch's vouchers today."""
    thing_id = giving_id(batch.id, key)
    return rules.Giving("voucher_batch", thing_id, batch.category, today_in_china(), batch.earmark)


def refusing_rule(batch_id: UUID, key: str, member_id: UUID) -> PolicyRule | None:
    """The rule by which a member can't be given one more, the one it goes beyond by most; None where there is none."""
    batch = db.session.get_one(VoucherBatch, (current_zone().id, batch_id))
    one = select(
        cast(literal(member_id), Uuid).label("member_id"),
        cast(literal(batch.value_cents), BigInteger).label("value_cents"),
    )
    over = over_caps(giving_of(batch, key), one).subquery()
    rule_id = db.session.scalar(select(over.c.rule_id).order_by(over.c.over_cents.desc(), over.c.rule_id).limit(1))
    return db.session.get(PolicyRule, rule_id) if rule_id else None
