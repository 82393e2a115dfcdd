"""Writes of the member database. Those that create rows run on the worker plane, the others also on the staff plane."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update

from app.core import audit
from app.core.clock import now, today_in_china
from app.core.errors import Conflict, NotFound
from app.members import sealing
from app.members.changes import member_changed
from app.members.errors import (
    NoSuchUnion,
    NotRecognised,
    NumberChanged,
    OtherDocument,
    SeveralPeople,
    TransferNeeded,
)
from app.members.locking import one_writer
from app.members.models import Member, Membership
from app.members.queries import names_with_changed_numbers
from app.unions.queries import find_in_subtree
from tenants.context import Actor, current_zone
from tenants.database import db
from tenants.ids import uuid7
from tenants.paths import is_within

SEALED = {"phone": ("phone_cipher", sealing.PHONE), "id_number": ("id_cipher", sealing.DOCUMENT)}
MASKED = ("birth_date", "email")


@dataclass(frozen=True, slots=True)
class NewMember:
    """A person who joins; phone in E.164, document normalised (`app.core.identifiers`)."""

    name: str
    phone: str = ""
    id_kind: str = ""
    id_number: str = ""
    gender: str | None = None
    birth_date: date | None = None
    email: str | None = None
    education: str | None = None


def add_member(
    _: Actor,
    member_id: UUID,
    person: NewMember,
    union_id: UUID,
    *,
    position: str | None = None,
    member_number: str | None = None,
    joined_on: date | None = None,
) -> UUID:
    """Make a person a member of a union of the running zone; needs the worker plane. Returns the member's id.

    Somebody known already (by document, else by name and phone) is taken, and only their empty fields are filled; the
    same call again changes nothing. Raises `NoSuchUnion`, `SeveralPeople`, `TransferNeeded`, `NotRecognised`,
    `OtherDocument`, `NumberChanged`.
    """
    union = find_in_subtree(union_id, current_zone().union_path)
    if union is None:
        raise NoSuchUnion(field="union_id")
    one_writer()
    member = _known(person) or db.session.get(Member, member_id)
    if member is None:
        if not person.id_number and names_with_changed_numbers([person.name]):
            raise NumberChanged(field="phone")
        member = Member(id=member_id, name=person.name)
        db.session.add(member)
    _fill(member, person)
    db.session.flush()
    active = _active_membership(member.id)
    if active is not None and active.union_id != union_id:
        raise TransferNeeded
    if active is None:
        db.session.add(
            Membership(member_id=member.id, union_id=union_id, union_path=union.path, position=position,
                       member_number=member_number, joined_on=joined_on or today_in_china())
        )  # fmt: skip
        db.session.flush()
        audit.record("members.add", object_type="member", object_id=member.id, subject_member_id=member.id)
    member_changed(member.id)
    return member.id


def _known(person: NewMember) -> Member | None:
    """The person, if the database has them; the rules are those of a roster (`app.members.roster.comparing`)."""
    if person.id_number:
        index = sealing.document_index(person.id_kind or "resident_id", person.id_number)
        if found := db.session.scalars(select(Member).where(Member.id_index == index)).one_or_none():
            if found.name != person.name and not _is_here(found):
                raise NotRecognised(field="id_number")
            return found
    if not person.phone:
        return None
    same = select(Member).where(Member.phone_index == sealing.phone_index(person.phone), Member.name == person.name)
    people = db.session.scalars(same).all()
    if len(people) > 1:
        raise SeveralPeople(field="id_number")
    if people and person.id_number and people[0].id_index is not None:
        if _is_here(people[0]):
            raise OtherDocument(field="id_number")
        return None
    return people[0] if people else None


def _is_here(member: Member) -> bool:
    return is_within(member.union_path or "", current_zone().union_path)


def _fill(member: Member, person: NewMember) -> None:
    """Fill what is empty; nothing that is there is overwritten."""
    for name in ("gender", "birth_date", "email", "education"):
        if getattr(member, name) is None and getattr(person, name) is not None:
            setattr(member, name, getattr(person, name))
    if member.phone_index is None and person.phone:
        write_phone(member, person.phone)
    if member.id_index is None and person.id_number:
        write_document(member, person.id_kind or "resident_id", person.id_number)


def write_phone(member: Member, phone: str) -> None:
    """Set a member's mobile number (E.164) and its index."""
    member.phone_cipher, member.phone_index = sealing.seal_phone(member.id, phone), sealing.phone_index(phone)


def change_own_phone(member_id: UUID, phone: str, *, former_index: bytes) -> bool:
    """Set the mobile number of the member who acts, on the identity plane; false if it is not the former one any more."""
    cipher, index = sealing.seal_phone(member_id, phone), sealing.phone_index(phone)
    changed = db.session.execute(
        update(Member)
        .where(Member.id == member_id, Member.phone_index == former_index)
        .values(phone_cipher=cipher, phone_index=index, phone_changed_at=now(), updated_at=now())
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    member_changed(member_id)
    return changed.one_or_none() is not None


def write_document(member: Member, kind: str, number: str) -> None:
    """Set a member's document and its index."""
    member.id_kind = kind
    member.id_cipher, member.id_index = sealing.seal_document(member.id, number), sealing.document_index(kind, number)


def _active_membership(member_id: UUID) -> Membership | None:
    query = select(Membership).where(Membership.member_id == member_id, Membership.status == "active")
    return db.session.scalars(query.with_for_update()).one_or_none()


def end_membership(_: Actor, member_id: UUID, reason: str) -> None:
    """End a member's active membership, with the reason that the member reads. Raises `NotFound`, `Conflict`."""
    _visible(member_id)
    active = _active_membership(member_id)
    if active is None:
        raise Conflict
    active.status, active.ended_on, active.end_reason = "ended", today_in_china(), reason
    audit.record("members.end_membership", object_type="member", object_id=member_id, subject_member_id=member_id,
                 union_id=str(active.union_id))  # fmt: skip
    member_changed(member_id)
    db.session.flush()


def end_memberships(actor: Actor, member_ids: Iterable[UUID], reason: str) -> int:
    """End those of several members, with one reason; who has none, or is not the zone's, is passed over. How many ended."""
    return sum(_does(end_membership, actor, member_id, reason) for member_id in sorted(set(member_ids)))


def transfer_memberships(actor: Actor, member_ids: Iterable[UUID], union_id: UUID) -> int:
    """Move several members to another union of the zone; who is there already, or is not the zone's, is passed over.

    Needs the worker plane. How many moved. Raises `NoSuchUnion`.
    """
    return sum(_does(transfer_membership, actor, member_id, union_id, uuid7()) for member_id in sorted(set(member_ids)))


def _does(deed: Callable[..., None], *arguments: object) -> bool:
    """Both deeds refuse before they write anything."""
    try:
        deed(*arguments)
    except (NotFound, Conflict):
        return False
    return True


def transfer_membership(_: Actor, member_id: UUID, union_id: UUID, new_id: UUID) -> None:
    """Move a member to another union of the zone: one membership ends, the next begins. Needs the worker plane.

    `new_id` is the new membership's id, so that asking twice moves once. Raises `NotFound`, `NoSuchUnion`, `Conflict`.
    """
    zone = current_zone()
    union = find_in_subtree(union_id, zone.union_path)
    if union is None:
        raise NoSuchUnion(field="union_id")
    active = _active_membership(member_id)
    if active is None or not active.union_path.startswith(zone.union_path):
        raise NotFound
    if active.id == new_id:
        return
    if active.union_id == union_id:
        raise Conflict
    active.status, active.ended_on, active.end_reason = "ended", today_in_china(), "moved"
    db.session.flush()
    db.session.add(
        Membership(id=new_id, member_id=member_id, union_id=union_id, union_path=union.path, position=active.position,
                   member_number=active.member_number, joined_on=active.joined_on)
    )  # fmt: skip
    audit.record("members.transfer", object_type="member", object_id=member_id, subject_member_id=member_id,
                 from_union=str(active.union_id), to_union=str(union_id))  # fmt: skip
    member_changed(member_id)
    db.session.flush()


def reveal_field(_: Actor, member_id: UUID, field: str, reason: str) -> str:
    """A masked field in clear; who looked and why is recorded where the member reads it. Raises `NotFound`."""
    member = _visible(member_id)
    if field in SEALED:
        attribute, column = SEALED[field]
        plain = sealing.open_one(column, member_id, getattr(member, attribute))
    elif field in MASKED:
        plain = str(getattr(member, field) or "")
    else:
        raise NotFound
    audit.record("members.reveal", object_type="member", object_id=member_id, subject_member_id=member_id, field=field,
                 stated_reason=reason)  # fmt: skip
    return plain


def _visible(member_id: UUID) -> Member:
    member = db.session.get(Member, member_id)
    if member is None:
        raise NotFound
    return member
