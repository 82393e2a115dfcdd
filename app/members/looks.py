"""Who looked at a member's data, and why: in the member's own record, and in what their applications tell."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, case, cast, func, select

from app.core.audit import AuditEntry
from app.core.clock import CHINA
from app.core.platform import platform
from app.members import words
from tenants.database import db
from tenants.models import Zone

REVEALS = ("members.reveal",)
"""What staff with access to the member list learn of one another's looks: not that somebody asked for help."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: `what` was looked at in the reader's language, `reason` as stated, empty where none is asked for."""

    at: datetime
    actor_name: str
    zone_name: str
    action: str
    what: str
    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


def list_reveals(member_id: UUID, limit: int = 100, *, actions: Collection[str] | None = None) -> list[Look]:
    """The looks at a member's data, the newest first: for staff those in this zone, for the member those in all.

    Without `actions` all that there are: those at the record, and those that modules declare.
    """
    declared = platform().modules.looks
    actions = (*REVEALS, *declared) if actions is None else actions
    folded = [action for action, look in declared.items() if look.folded]
    day = func.date_trunc("day", func.timezone(CHINA.utcoffset(None), AuditEntry.at))
    account = func.coalesce(AuditEntry.account_id, AuditEntry.id)
    same = case(
        (AuditEntry.action.in_(folded), func.concat_ws(" ", AuditEntry.action, account, AuditEntry.object_id, day)),
        else_=func.concat(AuditEntry.id),
    )
    told = (
        select(cast(func.max(func.concat(AuditEntry.id)), Uuid))
        .where(AuditEntry.subject_member_id == member_id, AuditEntry.action.in_(actions))
        .group_by(same)
    )
    query = (
        select(AuditEntry.at, AuditEntry.actor_name, func.coalesce(Zone.name, ""), AuditEntry.action, AuditEntry.detail)
        .outerjoin(Zone, Zone.id == AuditEntry.zone_id)
        .where(AuditEntry.id.in_(told))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    )
    return [
        Look(at, who, zone, action, _what(action, detail), _reason(detail), detail)
        for at, who, zone, action, detail in db.session.execute(query)
    ]


def _what(action: str, detail: dict[str, Any]) -> str:
    """The field of the record that was looked at, or what of an application, with its number."""
    seen = (
        words.FIELDS.get(detail.get("field", ""), "") if action in REVEALS else platform().modules.looks[action].title
    )
    return " ".join(filter(None, (str(seen), str(detail.get("number") or ""))))


def _reason(detail: dict[str, Any]) -> str:
    return str(detail.get("stated_reason") or detail.get("reason") or "")
