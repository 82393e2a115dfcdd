"""Reads of the member database. Row-level security shows staff the members of their zone's subtree, members themselves."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, and_, any_, bindparam, exists, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from app.core.identifiers import IdentifierError, parse_mobile, parse_resident_id
from app.members import sealing
from app.members.models import Correction, Member, Membership
from app.members.rows import MemberRow, member_rows
from app.unions.models import Union
from app.unions.queries import count_members as count_in_subtree
from app.unions.queries import starts_with
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree, is_within

PAGE = 50
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """`q` is a name, the beginning of one, a given name, a mobile number or an ID number; `union_path` a subtree; `ids`
    leaves only these members."""

    q: str = ""
    union_path: str = ""
    gender: str = ""
    verified: str = ""
    joined_from: date | None = None
    joined_until: date | None = None
    ids: tuple[UUID, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Nothing but the subtree narrows the list, so that the counters know its length."""
        return self == MemberFilter(union_path=self.union_path)

    @property
    def names_a_number(self) -> bool:
        """Whether `q` may be somebody's number, which belongs in no address."""
        return any(letter.isdigit() for letter in self.q)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next` and `previous` are positions, empty at the ends."""

    rows: list[MemberRow]
    next: str = ""
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How many; `is_more` when counting stopped at `number`."""

    number: int
    is_more: bool = False


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A present or past membership."""

    id: UUID
    union_id: UUID
    union_name: str
    status: str
    member_number: str | None
    position: str | None
    joined_on: date | None
    ended_on: date | None
    end_reason: str | None
    created_at: datetime


_COLUMNS = (
    Member.id, Member.name, Member.gender, Member.birth_date, Member.phone_cipher, Member.id_kind, Member.id_cipher,
    Member.email, Member.education, Member.verified_at, Member.union_path, Membership.id.label("membership_id"),
    Membership.union_id, Union.name.label("union_name"), Membership.member_number, Membership.position,
    Membership.joined_on,
)  # fmt: skip


def _select() -> Any:
    active = and_(Membership.member_id == Member.id, Membership.status == "active")
    return (
        select(*_COLUMNS).outerjoin(Membership, active).outerjoin(Union, Union.id == Membership.union_id)
    )  # fmt: skip


def find_member(member_id: UUID) -> MemberRow | None:
    """A member whom the running scope may see, masked."""
    return next(iter(member_rows(db.session.execute(_select().where(Member.id == member_id)))), None)


def list_members(filters: MemberFilter, *, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """A page of the zone's members in the order of the union tree, after or before a position."""
    place = tuple_(Member.union_path, Member.id)
    query = _select().where(*_conditions(filters))
    backwards = bool(before)
    edge = _position(before or after)
    if edge:
        query = query.where(place < edge if backwards else place > edge)
    order = (Member.union_path.desc(), Member.id.desc()) if backwards else (Member.union_path, Member.id)
    found = member_rows(db.session.execute(query.order_by(*order).limit(limit + 1)))
    has_more = len(found) > limit
    rows = found[:limit][::-1] if backwards else found[:limit]
    return Page(
        rows=rows,
        next=position_of(rows[-1]) if rows and (has_more or backwards) else "",
        previous=position_of(rows[0]) if rows and (has_more if backwards else bool(edge)) else "",
    )


def count_members(filters: MemberFilter) -> Count:
    """How many members fit: from the per-union counters, or by counting up to `MOST_COUNTED`."""
    if filters.is_plain:
        return Count(count_in_subtree(_subtree(filters)))
    found = select(Member.id).where(*_conditions(filters)).limit(MOST_COUNTED + 1).subquery()
    number = db.session.scalar(select(func.count()).select_from(found)) or 0
    return Count(min(number, MOST_COUNTED), number > MOST_COUNTED)


def position_of(row: MemberRow) -> str:
    """Where a row stands in the list, as text for an address."""
    return f"{row.union_path}~{row.id}"


def _position(text: str) -> tuple[str, UUID] | None:
    path, _, member_id = text.partition("~")
    try:
        return path, UUID(member_id)
    except ValueError:
        return None


def _subtree(filters: MemberFilter) -> str:
    """The subtree asked for, if it lies in the zone; else the zone's own."""
    zone_path = current_zone().union_path
    return filters.union_path if is_within(filters.union_path, zone_path) else zone_path


def _conditions(filters: MemberFilter) -> list[ColumnElement[bool]]:
    path = _subtree(filters)
    conditions: list[ColumnElement[bool]] = [*in_subtree(Member.union_path, path)]
    if filters.gender in ("male", "female"):
        conditions.append(Member.gender == filters.gender)
    if filters.verified in ("yes", "no"):
        conditions.append(
            Member.verified_at.is_not(None) if filters.verified == "yes" else Member.verified_at.is_(None)
        )
    if filters.joined_from or filters.joined_until:
        conditions.append(_joined(filters.joined_from, filters.joined_until))
    if filters.ids:
        conditions.append(Member.id.in_(filters.ids))
    if filters.q.strip():
        conditions.append(_search(filters.q.strip()))
    return conditions


def _joined(first: date | None, last: date | None) -> ColumnElement[bool]:
    held = aliased(Membership)  # the list joins memberships itself: without a name of its own this would mean those
    joined = [held.member_id == Member.id, held.status == "active"]
    joined += [held.joined_on >= first] if first else []
    joined += [held.joined_on <= last] if last else []
    return exists(select(held.id).where(*joined))


def _search(text: str) -> ColumnElement[bool]:
    """A whole mobile or ID number by its blind index, anything else as the beginning of a name or given name."""
    try:
        return Member.phone_index == sealing.phone_index(parse_mobile(text))
    except IdentifierError:
        pass
    try:
        return Member.id_index == sealing.document_index("resident_id", parse_resident_id(text).number)
    except IdentifierError:
        pass
    if any(letter.isdigit() for letter in text):
        return Member.id_index == sealing.document_index("passport", text.replace(" ", "").upper())
    return or_(starts_with(Member.name, text), starts_with(Member.given_name, text))


def find_by_phone(phone: str, name: str = "") -> list[UUID]:
    """Members with this mobile number (E.164), of this name if one is given; for sign-in and linking accounts."""
    query = select(Member.id).where(Member.phone_index == sealing.phone_index(phone))
    return list(db.session.scalars(query.where(Member.name == name) if name else query))


def names_with_changed_numbers(names: Iterable[str]) -> set[str]:
    """Those of the names that members of the running zone have who changed their mobile number themselves."""
    if not (wanted := list(set(names))):
        return set()
    query = select(Member.name).where(
        Member.phone_changed_at.is_not(None), Member.name == any_(bindparam("wanted", wanted, ARRAY(Text()))),
        *in_subtree(Member.union_path, current_zone().union_path),
    )  # fmt: skip
    return set(db.session.scalars(query))


def list_memberships(member_id: UUID) -> list[MembershipRow]:
    """A member's memberships that the scope may see, the newest first."""
    query = (
        select(Membership.id, Membership.union_id, Union.name, Membership.status, Membership.member_number,
               Membership.position, Membership.joined_on, Membership.ended_on, Membership.end_reason,
               Membership.created_at)
        .join(Union, Union.id == Membership.union_id)
        .where(Membership.member_id == member_id)
        .order_by(Membership.status, Membership.created_at.desc(), Membership.id.desc())
    )  # fmt: skip
    return [MembershipRow(*row) for row in db.session.execute(query)]


def list_corrections(*, member_id: UUID | None = None, status: str = "", limit: int = 100) -> Sequence[Correction]:
    """Requests for correction of the zone, open ones oldest first, others newest first."""
    query = select(Correction).limit(limit)
    if member_id:
        query = query.where(Correction.member_id == member_id)
    if status:
        query = query.where(Correction.status == status)
    order = Correction.id if status == "open" else Correction.id.desc()
    return db.session.scalars(query.order_by(order)).all()


def count_open_corrections() -> int:
    return db.session.scalar(select(func.count(Correction.id)).where(Correction.status == "open")) or 0


def members_here(people: Iterable[UUID]) -> set[UUID]:
    """Those who are members of a union of the running zone today."""
    path = current_zone().union_path
    here = select(Member.id).where(*in_subtree(Member.union_path, path))
    return set(db.session.scalars(here.where(Member.id.in_(list(people)))))


def belonging(member_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these who are members of the running zone's unions now, asked on the worker plane too, which sees all there are."""
    named = Member.id == any_(bindparam("people", list(member_ids), ARRAY(Uuid())))
    return set(
        db.session.scalars(select(Member.id).where(named, *in_subtree(Member.union_path, current_zone().union_path)))
    )


def names_of(member_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of members whom the scope may see."""
    rows = db.session.execute(select(Member.id, Member.name).where(Member.id.in_(list(member_ids))))
    return {row.id: row.name for row in rows}
