"""Whom a broadcast is for: members of the zone's subtree, never others, narrowed by what staff chose."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from app.members.models import Member, Membership
from app.notifications.kinds import EMAIL, SMS
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree, is_within


@dataclass(frozen=True, slots=True)
class Audience:
    """The choice; every field that is set narrows it. `union_path` is a union of the zone's subtree with all below it."""

    union_path: str = ""
    gender: str = ""
    is_verified: bool | None = None
    joined_from: date | None = None
    joined_until: date | None = None

    @classmethod
    def from_json(cls, source: dict[str, Any]) -> "Audience":
        days = [source.get(name) for name in ("joined_from", "joined_until")]
        return cls(
            source.get("union_path", ""),
            source.get("gender", ""),
            source.get("is_verified"),
            *(date.fromisoformat(day) if day else None for day in days),
        )

    def to_json(self) -> dict[str, Any]:
        days = {"joined_from": self.joined_from, "joined_until": self.joined_until}
        texts = {name: day.isoformat() for name, day in days.items() if day}
        verified = {} if self.is_verified is None else {"is_verified": self.is_verified}
        return {"union_path": self.union_path, "gender": self.gender} | verified | texts

    def conditions(self) -> list[ColumnElement[bool]]:
        """Conditions on `Member`; always within the running zone's subtree, whatever was chosen."""
        zone_path = current_zone().union_path
        path = self.union_path if is_within(self.union_path, zone_path) else zone_path
        found = [*in_subtree(Member.union_path, path)]
        if self.gender:
            found.append(Member.gender == self.gender)
        if self.is_verified is not None:
            found.append(Member.verified_at.is_not(None) if self.is_verified else Member.verified_at.is_(None))
        if self.joined_from or self.joined_until:
            found.append(self._joined())
        return found

    def _joined(self) -> ColumnElement[bool]:
        joined = [Membership.member_id == Member.id, Membership.status == "active"]
        if self.joined_from:
            joined.append(Membership.joined_on >= self.joined_from)
        if self.joined_until:
            joined.append(Membership.joined_on <= self.joined_until)
        return exists().where(*joined)


def has_address(channel: str) -> ColumnElement[bool]:
    """That a `Member` can be reached through a channel out of the house."""
    return Member.phone_cipher.is_not(None) if channel == SMS else func.coalesce(Member.email, "") != ""


@dataclass(frozen=True, slots=True)
class Size:
    """How many an audience has, and how many of them have no phone and no e-mail address."""

    members: int
    without_phone: int
    without_email: int


def measure(audience: Audience) -> Size:
    row = db.session.execute(
        select(func.count(), func.count().filter(~has_address(SMS)), func.count().filter(~has_address(EMAIL)))
        .select_from(Member)
        .where(*audience.conditions())
    ).one()
    return Size(*row)
