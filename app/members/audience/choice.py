"""The choice itself: a value that is kept as JSON, asked as SQL, and said in words by `words`."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, exists, or_, select

from app.members.audience.models import AudienceListMember, MemberTag
from app.members.models import Member, Membership
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree


@dataclass(frozen=True, slots=True)
class Audience:
    """Members of the running zone's unions, never others. Every field that is set narrows it, of several unions, months or tags
    any one will do; with none set it is open to all of them.

    `union_paths` are unions with all below them; `list_id` is an uploaded or frozen list, of which those are meant who
    are still members here.
    """

    union_paths: tuple[str, ...] = ()
    gender: str = ""
    is_verified: bool | None = None
    joined_from: date | None = None
    joined_until: date | None = None
    birth_months: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()
    list_id: UUID | None = None

    @property
    def is_open(self) -> bool:
        """Open to all members of the zone."""
        return self == Audience()

    @classmethod
    def from_json(cls, source: dict[str, Any]) -> "Audience":
        reads: dict[str, Callable[[Any], Any]] = {
            "joined_from": date.fromisoformat, "joined_until": date.fromisoformat, "list_id": UUID,
            "union_paths": tuple, "birth_months": tuple, "tags": tuple,
        }  # fmt: skip
        names = [each.name for each in fields(cls) if each.name in source]
        return cls(**{name: reads.get(name, _as_it_is)(source[name]) for name in names})

    def to_json(self) -> dict[str, Any]:
        """Only what is set."""
        chosen = {name: value for name, value in asdict(self).items() if value not in ("", None, ())}
        return {name: _plain(value) for name, value in chosen.items()}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Conditions on `Member`; always within the running zone's subtree, whatever was chosen."""
        found = [*in_subtree(Member.union_path, current_zone().union_path)]
        if self.union_paths:
            subtrees = [in_subtree(Member.union_path, path) for path in self.union_paths]
            found.append(or_(*(first & last for first, last in subtrees)))
        if self.gender:
            found.append(Member.gender == self.gender)
        if self.is_verified is not None:
            found.append(Member.verified_at.is_not(None) if self.is_verified else Member.verified_at.is_(None))
        if self.joined_from or self.joined_until:
            found.append(self._joined())
        if self.birth_months:
            found.append(Member.birth_month.in_(self.birth_months))
        if self.tags:
            found.append(exists().where(MemberTag.member_id == Member.id, MemberTag.tag.in_(self.tags)))
        if self.list_id:
            on_list = (AudienceListMember.list_id == self.list_id, AudienceListMember.member_id == Member.id)
            found.append(exists().where(*on_list))
        return found

    def _joined(self) -> ColumnElement[bool]:
        joined = [Membership.member_id == Member.id, Membership.status == "active"]
        if self.joined_from:
            joined.append(Membership.joined_on >= self.joined_from)
        if self.joined_until:
            joined.append(Membership.joined_on <= self.joined_until)
        return exists().where(*joined)

    def includes(self, member_id: UUID) -> bool:
        """Whether it is for this member: one query by keys, on the member's own plane too."""
        return bool(self.included([member_id]))

    def included(self, members: Sequence[UUID]) -> set[UUID]:
        """Those of these members whom it is for, found by their keys."""
        named = Member.id == any_(bindparam(None, list(members), ARRAY(Uuid())))
        return set(db.session.scalars(select(Member.id).where(named, *self.conditions())))


def _as_it_is(value: Any) -> Any:
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, UUID) else value
