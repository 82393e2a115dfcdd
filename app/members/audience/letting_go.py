"""Lists that were frozen for one thing: let go when it is over, and emptied a year later. Their number of members and digest stay."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.core.audit import record
from app.core.clock import now
from app.members.audience.models import AudienceList, AudienceListEnd, AudienceListMember
from tenants.context import current_zone
from tenants.database import db
from tenants.ids import uuid7

KEPT = timedelta(days=365)
"""For so long it can be asked whom a list meant; the database lets nobody empty one earlier."""


def let_go(list_id: UUID) -> None:
    """Say that a frozen list is needed no more; a second time changes nothing, nor does an uploaded one, which others may use."""
    found = db.session.get(AudienceList, (current_zone().id, list_id))
    if found is None or found.is_uploaded:
        return
    end = insert(AudienceListEnd).values(zone_id=current_zone().id, id=uuid7(), list_id=list_id, let_go_at=now())
    db.session.execute(end.on_conflict_do_nothing())


def empty_next() -> bool:
    """Take the members off one list that was let go `KEPT` ago; whether there was one. On the worker plane."""
    named = exists().where(AudienceListMember.list_id == AudienceListEnd.list_id)
    over = select(AudienceListEnd.list_id).where(AudienceListEnd.let_go_at < now() - KEPT, named)
    list_id = db.session.scalar(over.order_by(AudienceListEnd.let_go_at).limit(1))
    if list_id is None:
        return False
    done = db.session.execute(delete(AudienceListMember).where(AudienceListMember.list_id == list_id))
    record("members.empty_list", object_type="audience_list", object_id=list_id, members=done.rowcount)  # type: ignore[attr-defined]
    return True
