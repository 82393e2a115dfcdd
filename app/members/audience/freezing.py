"""Lists of members that never change: from a choice as it stands, or from what was uploaded."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, String, Uuid, any_, bindparam, cast, func, insert, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from app.core.audit import record
from app.core.row_ids import id_for_each_row
from app.members.audience.choice import Audience
from app.members.audience.models import AudienceList, AudienceListMember
from app.members.models import Member
from app.members.naming import Refusal
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.isolation import RUNNING_ZONE

MOST_PROBLEMS = 1_000
"""Refused lines that are kept with a list; the others are only counted."""


def freeze(actor: Actor, list_id: UUID, audience: Audience, title: str) -> AudienceList:
    """Keep who is meant now as a list under this id, and never anybody else; the same id again changes nothing.

    On the staff or the worker plane. Who leaves the zone's unions stays on the list, and is no longer included.
    """
    made = AudienceList(id=list_id, title=title, is_uploaded=False, audience=audience.to_json())
    return _write(actor, made, audience.conditions())


def keep_upload(
    actor: Actor, list_id: UUID, title: str, members: Iterable[UUID], refusals: Sequence[Refusal]
) -> AudienceList:
    """Keep the members a sheet named, and which lines of it named nobody; the same id again changes nothing."""
    problems = [refusal.to_json() for refusal in refusals[:MOST_PROBLEMS]]
    made = AudienceList(id=list_id, title=title, is_uploaded=True, refused=len(refusals), problems=problems)
    named = Member.id == any_(bindparam("named", list(members), ARRAY(Uuid())))
    return _write(actor, made, [*Audience().conditions(), named])


def _write(actor: Actor, made: AudienceList, conditions: Sequence[Any]) -> AudienceList:
    before = db.session.get(AudienceList, (current_zone().id, made.id))
    if before is not None:
        return before
    made.made_by, made.made_by_name = actor.account_id, actor.name
    db.session.add(made)
    db.session.flush()
    db.session.execute(_members(made.id, conditions))
    made.members, made.digest = _count(made.id)
    db.session.flush()
    action = "members.upload_list" if made.is_uploaded else "members.freeze_audience"
    record(action, object_type="audience_list", object_id=made.id, members=made.members, digest=made.digest)
    return made


def _members(list_id: UUID, conditions: Sequence[Any]) -> Insert:
    rows = select(RUNNING_ZONE, id_for_each_row(), literal(list_id), Member.id).where(*conditions)
    columns = ["zone_id", "id", "list_id", "member_id"]
    return insert(AudienceListMember).from_select(columns, rows, include_defaults=False)


def _count(list_id: UUID) -> tuple[int, str]:
    """How many are on a list, and its digest."""
    member = cast(AudienceListMember.member_id, String)
    joined = func.coalesce(func.string_agg(member, aggregate_order_by(literal(","), AudienceListMember.member_id)), "")
    digest = func.encode(func.sha256(func.convert_to(joined, "UTF8")), "hex")
    row = db.session.execute(select(func.count(), digest).where(AudienceListMember.list_id == list_id)).one()
    return row[0], row[1]
