"""Tags that a zone's staff keep of its members."""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.core.audit import record
from app.core.errors import NotFound
from app.core.row_ids import id_for_each_row
from app.members.audience.choice import Audience
from app.members.audience.models import MemberTag
from app.members.models import Member
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.isolation import RUNNING_ZONE

LONGEST_TAG = 20
TAG = re.compile(rf"[\w·\-]{{1,{LONGEST_TAG}}}")
_BETWEEN = re.compile(r"[\s,，、;；]+")
MOST_TAGS = 200
"""Tags that forms offer, those in use first by name."""


def tag_member(_: Actor, member_id: UUID, tag: str) -> None:
    """Give a member of the zone a tag; one they have already changes nothing. Raises `NotFound`."""
    if not Audience().includes(member_id):
        raise NotFound
    statement = upsert(MemberTag).values(zone_id=current_zone().id, id=uuid7(), member_id=member_id, tag=tag)
    db.session.execute(statement.on_conflict_do_nothing())
    _remember("members.tag", member_id, tag)


def read_tags(text: str) -> list[str]:
    """The tags that a cell lists, each once; raises `ValueError` for what is no tag."""
    tags = list(dict.fromkeys(filter(None, _BETWEEN.split(text))))
    if not all(TAG.fullmatch(tag) for tag in tags):
        raise ValueError(text)
    return tags


def tag_members(_: Actor, tags: Mapping[UUID, Sequence[str]]) -> None:
    """Give members of the zone each their tags; those they have already change nothing."""
    zone_id = current_zone().id
    rows = [
        {"zone_id": zone_id, "id": uuid7(), "member_id": member_id, "tag": tag}
        for member_id, each in sorted(tags.items())
        for tag in each
    ]
    if rows:
        db.session.execute(upsert(MemberTag).on_conflict_do_nothing(), rows)
        record(
            "members.tag",
            object_type="members",
            members=len(tags),
            tags=sorted({row["tag"] for row in rows})[:MOST_TAGS],
        )


def untag_member(_: Actor, member_id: UUID, tag: str) -> None:
    """Take a tag from a member; one they have not changes nothing."""
    db.session.execute(delete(MemberTag).where(MemberTag.member_id == member_id, MemberTag.tag == tag))
    _remember("members.untag", member_id, tag)


def _remember(action: str, member_id: UUID, tag: str) -> None:
    record(action, object_type="member", object_id=member_id, subject_member_id=member_id, tag=tag)


def tag_audience(_: Actor, audience: Audience, tag: str) -> None:
    """Give everybody in an audience a tag; who has it already is passed over."""
    rows = select(RUNNING_ZONE, id_for_each_row(), Member.id, literal(tag)).where(*audience.conditions())
    columns = ["zone_id", "id", "member_id", "tag"]
    new = upsert(MemberTag).from_select(columns, rows, include_defaults=False)
    db.session.execute(new.on_conflict_do_nothing())
    record("members.tag", object_type="members", tag=tag, list_id=str(audience.list_id or ""))


def tags_of(member_id: UUID) -> Sequence[str]:
    query = select(MemberTag.tag).where(MemberTag.member_id == member_id).order_by(MemberTag.tag)
    return db.session.scalars(query).all()


def list_tags() -> Sequence[str]:
    """The zone's tags in use."""
    return db.session.scalars(
        select(MemberTag.tag).group_by(MemberTag.tag).order_by(MemberTag.tag).limit(MOST_TAGS)
    ).all()
