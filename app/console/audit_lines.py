"""Entries of the audit trail as pages list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import gettext as _

from app.console.audit_words import action_titles, describe, things
from app.console.queries import zone_titles
from app.core.audit import AuditEntry
from app.core.audit_things import actor_title, describe_objects
from tenants.context import Plane

OF_THE_ZONE = ("zone", "revision")


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A deed in words: `thing` is what it was done to, `what` more of it that is worth telling."""

    id: UUID
    at: datetime
    who: str
    zone: str
    title: str
    thing: str
    what: str
    why: str


def audit_lines(entries: Iterable[AuditEntry]) -> list[AuditLine]:
    """The entries in the reader's language, with the names of their zones."""
    entries = list(entries)
    titles, about = action_titles(), describe_objects(entries, things())
    zones = zone_titles({entry.zone_id for entry in entries if entry.zone_id})
    return [
        AuditLine(
            entry.id, entry.at, _who(entry), zones.get(entry.zone_id, "") if entry.zone_id else "",
            str(titles.get(entry.action, entry.action)), _thing(entry, about), describe(entry), _why(entry),
        )
        for entry in entries
    ]  # fmt: skip


def _who(entry: AuditEntry) -> str:
    """Whoever acts for themselves has no name here: they may be a member, of this zone or of another."""
    if entry.plane == Plane.MEMBER:
        return _("a member")
    if entry.plane == Plane.IDENTITY and entry.account_id:
        return _("the account’s owner")
    return actor_title(entry.actor_name) or "—"


def _thing(entry: AuditEntry, about: dict[UUID, str]) -> str:
    """The object of a deed; what is told of the zone itself needs none."""
    return "" if entry.object_type in OF_THE_ZONE and describe(entry) else about.get(entry.id, "")


def _why(entry: AuditEntry) -> str:
    """The reason a person stated; what the city's code notes of itself is no such reason."""
    stated = entry.detail.get("why") or entry.detail.get("stated_reason")
    return str(stated or ("" if entry.plane == Plane.CITY else entry.reason))
