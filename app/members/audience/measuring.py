"""How many an audience has, and who some of them are."""

from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.identifiers import mask_name
from app.members.audience.choice import Audience
from app.members.models import Member, Membership
from app.unions.models import Union
from tenants.database import db

SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Sampled:
    """A member of a sample; the name is masked, since whoever chooses an audience need not see the members' list."""

    name: str
    union_name: str


@dataclass(frozen=True, slots=True)
class Size:
    """The number of members, and up to `SAMPLE` of them in the order of the union tree."""

    members: int
    sample: list[Sampled]


def measure(audience: Audience) -> Size:
    conditions = audience.conditions()
    number = db.session.scalar(select(func.count()).select_from(Member).where(*conditions)) or 0
    some = (
        select(Member.name, Union.name.label("union_name"))
        .join(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
        .join(Union, Union.id == Membership.union_id)
        .where(Member.id.in_(select(Member.id).where(*conditions).order_by(Member.union_path, Member.id).limit(SAMPLE)))
        .order_by(Member.union_path, Member.id)
    )
    return Size(number, [Sampled(mask_name(row.name), row.union_name) for row in db.session.execute(some)])
