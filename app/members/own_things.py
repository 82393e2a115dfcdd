"""What stays a person's own in a zone whose unions they have left."""

from uuid import UUID

from sqlalchemy import exists, or_, select

from app.core.platform import platform
from app.members.models import Membership
from tenants.context import current_zone
from tenants.database import Base, db
from tenants.paths import in_subtree


def left_something(member_id: UUID) -> bool:
    """Whether a person once belonged to a union of the running zone, or a module keeps something of theirs in it.

    Runs on the member plane, which shows a person their own rows only.
    """
    belonged = exists().where(
        Membership.member_id == member_id, *in_subtree(Membership.union_path, current_zone().union_path)
    )
    kept = [
        exists().where(Base.metadata.tables[each.table].c[each.member_column] == member_id)
        for tables in platform().personal_data.values()
        for each in tables
    ]
    return bool(db.session.scalar(select(or_(belonged, *kept))))
