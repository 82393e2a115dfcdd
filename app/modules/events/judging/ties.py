"""Which unions keep a judge from scoring somebody: those on one line with a union of theirs. The database looks at the same
(`on_one_line`)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from app.members.models import Member
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import is_within


def ties_of(ties: Iterable[str], member_id: UUID | None) -> list[str]:
    """The unions that keep a judge from those they judge: those they belong to or work for below the zone's own, and the zone's own
    where they belong to it themselves. To work for the zone, or above it, ties nobody: it stands above all alike."""
    here = current_zone().union_path
    found = {path for path in ties if is_within(path, here) and path != here}
    if member_id and db.session.scalar(select(Member.union_path).where(Member.id == member_id)) == here:
        found.add(here)
    return sorted(found)


def is_tied(ties: Iterable[str], path: str) -> bool:
    """Whether a union stands on one line with one of the `ties`."""
    here = current_zone().union_path
    return any(_on_one_line(tie, path, here) for tie in ties)


def _on_one_line(tie: str, path: str, here: str) -> bool:
    return tie == path or (here not in (tie, path) and (is_within(tie, path) or is_within(path, tie)))
