"""The second look: a checked row is written only if it still means what the person who imports was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Uuid

from app.members.roster.comparing import Decision, Known, UnionPlace, decide
from app.members.roster.matching import Match, find_owners, find_people, load_people
from app.members.roster.models import ImportChange, Outcome
from app.members.roster.places import UnionPlaces
from app.members.roster.reporting import changes, old_values
from app.members.roster.staging import StagedRow
from tenants.context import ZoneFacts
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Write:
    """A row to be written, as decided just now; `old` has the person's phone and document in clear."""

    row: StagedRow
    decision: Decision
    union: UnionPlace | None
    old: dict[str, str]


@dataclass(frozen=True, slots=True)
class Revised:
    """A row that is not written after all: its new outcome, and why it is refused."""

    row: StagedRow
    outcome: Outcome
    code: str = ""


def revise(
    batch_id: UUID, rows: Sequence[StagedRow], places: UnionPlaces, zone: ZoneFacts
) -> tuple[list[Write], list[Revised]]:
    """Hold a staged chunk against the database as it is now."""
    matches = _find(batch_id, rows)
    old = old_values([match.known for match in matches if match.known])
    writes: list[Write] = []
    revised: list[Revised] = []
    for row, match in zip(rows, matches, strict=True):
        union = places.by_id(row.union_id) if row.union_id else None
        if union is None and (row.union_id or row.outcome is Outcome.NEW):
            revised.append(Revised(row, Outcome.REFUSED, "union_unknown" if row.union_id else "no_union"))
            continue
        decision = decide(row.entry, union, match.known, zone.union_path)
        verdict = _verdict(row, match, decision, union, old)
        if verdict is None:
            writes.append(Write(row, decision, union, old.get(match.known.id, {}) if match.known else {}))
        else:
            revised.append(verdict)
    return _without_taken_documents(writes, revised)


def _without_taken_documents(writes: list[Write], revised: list[Revised]) -> tuple[list[Write], list[Revised]]:
    """Rows whose document meanwhile belongs to somebody else are not written."""
    filling = {write.row.entry.id_index: write for write in writes if "id_number" in write.decision.fields}
    owners = find_owners([index for index in filling if index])
    taken = {id(filling[index]) for index in owners}  # whoever has it, it was nobody when the row was decided
    refused = [Revised(write.row, Outcome.REFUSED, "changed_meanwhile") for write in writes if id(write) in taken]
    return [write for write in writes if id(write) not in taken], revised + refused


def _find(batch_id: UUID, rows: Sequence[StagedRow]) -> list[Match]:
    """Who each row means now. A person found in the check stays the same; people this batch wrote are nobody new."""
    people = load_people(row.member_id for row in rows if row.member_id)
    fresh = [row for row in rows if row.member_id is None]
    found = dict(zip((row.entry.line for row in fresh), find_people(row.entry for row in fresh), strict=True))
    own = _written_by(batch_id, [match.known.id for match in found.values() if match.known])
    matches = []
    for row in rows:
        match = Match(people.get(row.member_id)) if row.member_id else found[row.entry.line]
        is_own = row.member_id is None and match.known is not None and match.known.id in own
        matches.append(Match() if is_own else match)
    return matches


def _written_by(batch_id: UUID, members: list[UUID]) -> set[UUID]:
    if not members:
        return set()
    wanted = bindparam("wanted", members, ARRAY(Uuid()))
    return set(
        db.session.scalars(
            select(ImportChange.member_id).where(
                ImportChange.batch_id == batch_id, ImportChange.member_id == any_(wanted)
            )
        )
    )


def _verdict(
    row: StagedRow, match: Match, decision: Decision, union: UnionPlace | None, old: dict[Any, dict[str, str]]
) -> Revised | None:
    """Why the row is not written, or None if it still means what was shown."""
    if match.code:
        return Revised(row, Outcome.REFUSED, match.code)
    if decision.code or decision.outcome in (Outcome.SAME, Outcome.KEPT):
        return Revised(row, decision.outcome, decision.code)
    if row.seen != (decision.known.seen if decision.known else ""):
        return Revised(row, Outcome.REFUSED, "changed_meanwhile" if row.seen else "appeared_meanwhile")
    if row.outcome is Outcome.NEW:
        return None
    shown = (row.report or {}).get("changes")
    if decision.outcome is not Outcome.CHANGED or changes(row.entry, decision, union, old) != shown:
        return Revised(row, Outcome.REFUSED, "changed_meanwhile")
    return None


def former_value(known: Known, old: dict[str, str], name: str) -> str | None:
    """A field's present value in clear."""
    if name in old:
        return old[name] or None
    return getattr(known, name)
