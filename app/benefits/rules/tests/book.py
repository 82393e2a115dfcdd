"""Rules in force, and gifts to members, as the tests of spending rules need them."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, column, select, values

from app.benefits import rules
from app.benefits.rules.models import PolicyRule
from app.core.clock import now
from tenants.context import Plane, scope
from tenants.database import db
from tenants.ids import uuid7

DAY = date(2026, 11, 27)
SOURCE = "《测试市基层工会经费管理办法》第八条"


def rule_in_force(
    union_path: str,
    cap_cents: int,
    *,
    category: str = "festival",
    period: str = "year",
    earmark: str = "",
    since: date = date(2020, 1, 1),
    until: date | None = None,
) -> UUID:
    """A rule that two people put in force."""
    with scope(Plane.CITY, reason="test"):
        rule = PolicyRule(union_path=union_path, region="", category=category, cap_cents=cap_cents, period=period,
                          earmark=earmark, effective_from=since, effective_to=until, source=SOURCE, state="proposed",
                          made_by=uuid7(), made_by_name="甲")  # fmt: skip
        db.session.add(rule)
        db.session.flush()
        rule.state, rule.checked_by, rule.checked_by_name, rule.checked_at = "in_force", uuid7(), "乙", now()
        db.session.commit()
        return rule.id


def giving(category: str = "festival", *, day: date = DAY, earmark: str = "", thing_id: UUID | None = None):
    return rules.Giving("test", thing_id or uuid7(), category, day, earmark)


def to(*gifts: tuple[UUID, int]):
    """A query of members and cents."""
    rows = values(column("member_id", Uuid), column("value_cents", BigInteger), name="gifts").data(list(gifts))
    return select(rows.c.member_id, rows.c.value_cents)
