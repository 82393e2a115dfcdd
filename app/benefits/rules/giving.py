"""The one way to give: whether members may be given something, that they were, and that it was taken back.

A gift counts from the day it is issued, not from when it is used; what is taken back, or expires unused and returns to its
budget, counts no more. All zones' gifts of a member count together, in functions of the database's owner: a zone learns which
rule is reached and by how much, and nothing of who gave what.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Date, Select, Text, Uuid, cast, column, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.benefits.rules.errors import CapReached
from app.benefits.rules.models import PolicyRule
from tenants.database import db

OVER = (column("member_id", Uuid), column("rule_id", Uuid), column("over_cents", BigInteger))


@dataclass(frozen=True, slots=True)
class Giving:
    """One act of giving to any number of members: `thing` names what gives (as `bean_issue`), `thing_id` is its id.

    `category` is one of `CATEGORIES`, `earmark` the tag of its goods (`earmark_of`) or empty. Repeated for the same thing, a member's
    gift counts once.
    """

    thing: str
    thing_id: UUID
    category: str
    given_on: date
    earmark: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A member who can't be given this, because of `rule_id`: it would go beyond its cap by `over_cents`."""

    member_id: UUID
    rule_id: UUID
    over_cents: int


def over_caps(giving: Giving, members: Select) -> Select:
    """A query of `OVER`: who of `members`, a query of `member_id` and `value_cents`, would be given more than a rule allows."""
    return select(*OVER).select_from(
        func.benefit_caps_exceeded(*_what(giving)[1:], *_arrays(members)).table_valued(*OVER)
    )


def check(giving: Giving, members: Select) -> None:
    """Raises `CapReached`, which cites the rule, where any of `members` would be given more than it allows."""
    over = over_caps(giving, members).subquery()
    worst = select(over.c.rule_id, func.count(), func.max(over.c.over_cents)).group_by(over.c.rule_id)
    found = db.session.execute(worst.order_by(func.count().desc(), over.c.rule_id).limit(1)).one_or_none()
    if found is not None:
        rule_id, people, most = found
        raise CapReached(db.session.get_one(PolicyRule, rule_id), people, most)


def register(giving: Giving, members: Select) -> list[Refusal]:
    """Note what `members` are given, as part of the running transaction; those who can't be given it are returned and not noted.

    Of two who give to one member at once the second waits for the first.
    """
    rows = select(*OVER).select_from(func.register_benefit_gifts(*_what(giving), *_arrays(members)).table_valued(*OVER))
    return [Refusal(*row) for row in db.session.execute(rows)]


def take_back(thing_id: UUID, members: Select) -> None:
    """Of what `members` were given with a thing of the zone, `value_cents` were taken back or expired: that counts no more."""
    db.session.execute(select(func.take_back_benefit_gifts(cast(thing_id, Uuid), *_arrays(members))))


def _what(giving: Giving) -> tuple:
    text = (cast(each, Text) for each in (giving.category, giving.earmark))
    return cast(giving.thing, Text), cast(giving.thing_id, Uuid), *text, cast(giving.given_on, Date)


def _arrays(members: Select) -> tuple:
    """The two columns of the query as arrays in the same order, put together in the database."""
    rows = members.subquery()
    who, value = rows.c.member_id, rows.c.value_cents
    order = (who, value)
    return (
        select(cast(func.array_agg(aggregate_order_by(who, *order)), ARRAY(Uuid))).scalar_subquery(),
        select(cast(func.array_agg(aggregate_order_by(value, *order)), ARRAY(BigInteger))).scalar_subquery(),
    )
