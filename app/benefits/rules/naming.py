"""Who would be given more than a rule allows, by name, for whoever chose them to leave them out."""

from dataclasses import dataclass

from sqlalchemy import Select, select

from app.benefits.rules.giving import Giving, over_caps
from app.benefits.rules.models import PolicyRule
from app.benefits.rules.words import cite
from app.core.identifiers import mask_name
from app.core.money import yuan
from app.members.models import Member, Membership
from app.unions.models import Union
from tenants.database import db

MOST = 200


@dataclass(frozen=True, slots=True)
class Over:
    """A member who would be given too much by the sum `over`; the name is masked."""

    name: str
    union_name: str
    rule: str
    over: str


def list_over(giving: Giving, members: Select) -> list[Over]:
    """Who of `members`, a query of `member_id` and `value_cents`, would be given more than a rule allows; the first `MOST`, those by most before."""
    over = over_caps(giving, members).subquery()
    query = (
        select(Member.name, Union.name.label("union_name"), PolicyRule, over.c.over_cents)
        .join(PolicyRule, PolicyRule.id == over.c.rule_id)
        .join(Member, Member.id == over.c.member_id)
        .outerjoin(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
        .outerjoin(Union, Union.id == Membership.union_id)
        .order_by(over.c.over_cents.desc(), over.c.member_id)
        .limit(MOST)
    )
    return [
        Over(mask_name(row.name), row.union_name or "", cite(row.PolicyRule), yuan(row.over_cents))
        for row in db.session.execute(query)
    ]
