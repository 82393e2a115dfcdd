"""Which zones take which kinds of cases, and to which of them a case may be handed over."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import delete, select

from app.casework.employers import employer_path
from app.casework.handover.models import CaseDesk
from app.casework.kinds import find_kind, modules_in_use
from app.casework.models import Case
from app.casework.settings import current_settings
from app.members.models import Member
from app.unions.models import Union
from tenants.context import ZoneState, current_zone
from tenants.database import db
from tenants.models import Zone
from tenants.paths import is_within


class Level(StrEnum):
    """Where a union stands from here."""

    ABOVE = "above"
    BELOW = "below"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Target:
    """A zone that a case may be handed over to."""

    zone_id: UUID
    name: str
    union: str
    level: Level


def open_kinds() -> set[str]:
    """The kinds of cases that members of the running zone can apply for."""
    return {kind.key for module in modules_in_use() for kind in current_settings(module).open_kinds}


def publish_desk() -> None:
    """Let other zones know what the running one takes. Worker plane."""
    zone_id, wanted = current_zone().id, open_kinds()
    known = set(db.session.scalars(select(CaseDesk.kind).where(CaseDesk.desk_zone_id == zone_id)))
    db.session.execute(delete(CaseDesk).where(CaseDesk.desk_zone_id == zone_id, CaseDesk.kind.in_(known - wanted)))
    db.session.add_all(CaseDesk(desk_zone_id=zone_id, kind=kind) for kind in sorted(wanted - known))
    db.session.flush()


def list_targets(case: Case) -> list[Target]:
    """The open zones that take such a case, never one of a union it is kept from: nearest above, below, then the others."""
    kept = _kept_from(case)
    rows = db.session.execute(
        select(Zone.id, Zone.name, Union.name, Zone.union_path)
        .join(CaseDesk, CaseDesk.desk_zone_id == Zone.id)
        .join(Union, Union.id == Zone.union_id)
        .where(CaseDesk.kind == case.kind, Zone.state == ZoneState.ACTIVE, Zone.id != current_zone().id)
    ).all()
    found = [row for row in rows if not any(is_within(row.union_path, path) for path in kept)]
    order = list(Level)
    found.sort(key=lambda row: (order.index(_level(row.union_path)), -len(row.union_path), row.union_path))
    return [Target(zone_id, name, union, _level(path)) for zone_id, name, union, path in found]


def _kept_from(case: Case) -> list[str]:
    """The unions that must not know: those the case is kept from, and that of the employer by now."""
    if not find_kind(case.kind).is_employer_blind:
        return []
    own = db.session.scalar(select(Member.union_path).where(Member.id == case.member_id))
    employers = employer_path(own) if own else None
    return [*case.blind_paths, *([employers] if employers else [])]


def _level(path: str) -> Level:
    here = current_zone().union_path
    return Level.ABOVE if is_within(here, path) else Level.BELOW if is_within(path, here) else Level.BESIDE
