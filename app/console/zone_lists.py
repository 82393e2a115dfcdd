"""Provisioning zones from a sheet: it is kept and checked first; then each zone is requested and provisioned by a worker."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from app.console.errors import MESSAGES
from app.console.models import ZoneList
from app.console.operations import request_zone
from app.console.zone_sheets import ListedZone, read_zone_sheet
from app.core.clock import now
from app.core.errors import DomainError, Message, NotFound
from app.core.outbox import emit
from app.core.platform import platform
from app.unions.models import Union
from tenants.context import Actor, Plane, scope
from tenants.database import db
from tenants.lifecycle import UNFINISHED, zone_of_union
from tenants.models import Zone

PROVISION = "console.provision"
REASONS: dict[str, Message] = MESSAGES | {
    "no-such-union": _("There is no union of exactly this name or credit code."),
    "ambiguous-union": _("%(count)s unions are called so: give the credit code instead of the name."),
    "twice-in-list": _("The union or the address stands in line %(line)s already."),
}


@dataclass(frozen=True, slots=True)
class ZoneResult:
    """What becomes of a row: `new`, `unfinished` (will be finished), `same`, or `refused` with the reason's code.

    `zone_id` is set once the zone has been given to a worker.
    """

    row: ListedZone
    outcome: str
    code: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    zone_id: str = ""

    @property
    def reason(self) -> str:
        return str(REASONS[self.code]) % self.params if self.code else ""


def keep_list(actor: Actor, list_id: UUID, data: bytes, filename: str) -> ZoneList:
    """Keep a sheet that can be read as a list of zones; the same id again is the same upload. Raises `InvalidInput`."""
    if existing := db.session.get(ZoneList, list_id):
        return existing
    read_zone_sheet(data, filename)
    kept = ZoneList(
        id=list_id, filename=filename[-200:], upload=data, created_by=actor.account_id, created_by_name=actor.name,
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    return kept


def find_list(list_id: UUID) -> ZoneList:
    """Raises `NotFound`."""
    found = db.session.get(ZoneList, list_id)
    if found is None:
        raise NotFound
    return found


def list_lists(limit: int = 20) -> list[ZoneList]:
    return list(db.session.scalars(select(ZoneList).order_by(ZoneList.id.desc()).limit(limit)))


def results_of(kept: ZoneList) -> list[ZoneResult]:
    """What became of each row, or would become of it now; nothing is changed."""
    if kept.upload is None:
        return [ZoneResult(ListedZone(**result.pop("row")), **result) for result in map(dict, kept.results)]
    return check_rows(read_zone_sheet(kept.upload, kept.filename))


def check_rows(rows: Iterable[ListedZone]) -> list[ZoneResult]:
    """What provisioning the rows would give, with nothing kept."""
    seen: dict[object, int] = {}
    return [_check(row, seen) for row in rows]


def _check(row: ListedZone, seen: dict[object, int]) -> ZoneResult:
    unions = _unions(row.union)
    if len(unions) != 1:
        code = "ambiguous-union" if unions else "no-such-union"
        return ZoneResult(row, "refused", code, {"count": len(unions)} if unions else {})
    earlier = seen.get(unions[0]) or seen.get(row.slug)
    if earlier:
        return ZoneResult(row, "refused", "twice-in-list", {"line": earlier})
    seen |= {unions[0]: row.line, row.slug: row.line}
    return _rehearse(row, unions[0])


def _unions(text: str) -> list[UUID]:
    named = or_(Union.name == text, Union.uscc == text.upper())
    return list(db.session.scalars(select(Union.id).where(named, Union.status == "active").order_by(Union.path)))


def _rehearse(row: ListedZone, union_id: UUID) -> ZoneResult:
    existing = zone_of_union(union_id)
    trial = db.session.begin_nested()
    try:
        _request(row, union_id)
    except DomainError as refusal:
        return ZoneResult(row, "refused", refusal.code)
    finally:
        trial.rollback()
    if existing is None:
        return ZoneResult(row, "new")
    return ZoneResult(row, "unfinished" if existing.state in UNFINISHED else "same")


def _request(row: ListedZone, union_id: UUID) -> Zone:
    return request_zone(slug=row.slug, union_id=union_id, name=row.name or None, preset=row.preset or None)


def start_list_in_steps(actor: Actor, list_id: UUID) -> ZoneList:
    """Request the zones of a kept list and give each to a worker; commits zone by zone and may be repeated after a crash.

    Rows that somebody else made impossible meanwhile are noted as refused. A list that has begun is left as it is.
    """
    kept = find_list(list_id)
    if kept.upload is None:
        return kept
    results = [_start(actor, result, list_id) for result in results_of(kept)]
    kept = find_list(list_id)
    kept.results = [asdict(result) for result in results]
    kept.state, kept.started_at, kept.upload = "started", now(), None
    db.session.commit()
    return kept


def _start(actor: Actor, result: ZoneResult, list_id: UUID) -> ZoneResult:
    if result.outcome not in ("new", "unfinished"):
        return result
    try:
        zone_id = _request(result.row, _unions(result.row.union)[0]).id
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        return ZoneResult(result.row, "refused", refusal.code)
    _hand_to_worker(actor, zone_id, list_id)
    return replace(result, zone_id=str(zone_id))


def _hand_to_worker(actor: Actor, zone_id: UUID, list_id: UUID) -> None:
    platform().registry.forget()
    facts = platform().registry.by_id(zone_id)
    if facts is None:
        raise NotFound
    with scope(Plane.CITY, zone=facts, actor=actor, reason="provisioning from a list"):
        emit(PROVISION, dedupe_key=f"{PROVISION}:{list_id}", payload={}, account_id=actor.account_id)
        db.session.commit()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the zones of a list are; `states` by the zone's id as text."""

    done: int
    total: int
    states: dict[str, str]


def progress_of(results: Iterable[ZoneResult]) -> Progress:
    """How many of the list's zones are provisioned, and the present state of each."""
    zone_ids = [UUID(result.zone_id) for result in results if result.zone_id]
    rows = db.session.execute(select(Zone.id, Zone.state).where(Zone.id.in_(zone_ids)))
    states = {str(row.id): row.state for row in rows}
    return Progress(sum(state not in UNFINISHED for state in states.values()), len(zone_ids), states)


def count_outcomes(results: Iterable[ZoneResult]) -> Counter[str]:
    return Counter(result.outcome for result in results)
