"""Reads of lists of members."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.members.audience.models import AudienceList
from tenants.context import current_zone
from tenants.database import db

OFFERED = 100


def find_list(list_id: UUID) -> AudienceList | None:
    return db.session.get(AudienceList, (current_zone().id, list_id))


def list_uploads() -> Sequence[AudienceList]:
    """The zone's uploaded lists, the newest first; what was frozen for one thing is not offered to another."""
    query = select(AudienceList).where(AudienceList.is_uploaded).order_by(AudienceList.id.desc()).limit(OFFERED)
    return db.session.scalars(query).all()
