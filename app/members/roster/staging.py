"""Staged rows: written by the check, read by the merge and the pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.members.roster import sealed_rows
from app.members.roster.comparing import Decision, UnionPlace
from app.members.roster.copying import Chunk
from app.members.roster.models import ImportRow, Outcome
from app.members.roster.parsing import Entry
from app.members.roster.reporting import Report
from tenants.context import current_zone
from tenants.database import db

_COLUMNS = (
    ("id", "uuid"), ("line", "int4"), ("outcome", "text"), ("id_index", "bytea"), ("phone_index", "bytea"),
    ("member_id", "uuid"), ("sealed", "bytea"), ("report", "bytea"),
)  # fmt: skip
_INSERT = """
INSERT INTO members_import_rows (zone_id, batch_id, id, line, outcome, id_index, phone_index, member_id, sealed, report)
SELECT %(zone)s, %(batch)s, id, line, outcome, id_index, phone_index, member_id, sealed, report FROM checked
"""


@dataclass(frozen=True, slots=True)
class StagedRow:
    """A row the merge will write; `seen` is the state of the person it was decided upon, '' of somebody unknown."""

    entry: Entry
    outcome: Outcome
    member_id: UUID | None
    union_id: UUID | None
    report: Report | None
    seen: str


def stage(
    batch_id: UUID,
    entries: Iterable[Entry],
    decisions: Mapping[int, Decision],
    unions: Mapping[int, UnionPlace | None],
    reports: Mapping[int, Report],
) -> None:
    """Write a checked chunk; refused rows keep their name alone, so that people can be found in the file."""
    entries = list(entries)
    contents = [(entry.row_id, _content(entry, decisions.get(entry.line), unions.get(entry.line))) for entry in entries]
    sealed = sealed_rows.seal(sealed_rows.STAGED, contents)  # type: ignore[arg-type]
    told = sealed_rows.seal(sealed_rows.REPORT, [(e.row_id, reports.get(e.line)) for e in entries])  # type: ignore[misc]
    chunk = Chunk("checked", _COLUMNS)
    chunk.fill(
        (entry.row_id, entry.line, *_decided(entry, decisions.get(entry.line)), body, report)
        for entry, body, report in zip(entries, sealed, told, strict=True)
    )
    chunk.run(_INSERT, zone=current_zone().id, batch=batch_id)


def _decided(entry: Entry, decision: Decision | None) -> tuple[Any, ...]:
    """Outcome, indexes and member; of a person outside the zone not even the id is kept."""
    if decision is None:
        return (Outcome.REFUSED.value, None, None, None)
    known = decision.known if decision.outcome is not Outcome.TRANSFER else None
    return (decision.outcome.value, entry.id_index, entry.phone_index, known.id if known else None)


def _content(entry: Entry, decision: Decision | None, union: UnionPlace | None) -> dict[str, Any]:
    if decision is None:
        return {"name": entry.values.get("name", "")}
    place = {"union_id": str(union.id)} if union else {}
    known = decision.known if decision.outcome in (Outcome.NEW, Outcome.CHANGED) else None
    return {**entry.values, **place, **({"seen": known.seen} if known else {})}


def load_writable(batch_id: UUID, after_line: int, limit: int) -> list[StagedRow]:
    """The next rows that are new or changed, by line."""
    rows = db.session.execute(
        select(ImportRow.id, ImportRow.line, ImportRow.outcome, ImportRow.id_index, ImportRow.phone_index,
               ImportRow.member_id, ImportRow.sealed, ImportRow.report)
        .where(ImportRow.batch_id == batch_id, ImportRow.line > after_line,
               ImportRow.outcome.in_([Outcome.NEW.value, Outcome.CHANGED.value]))
        .order_by(ImportRow.line).limit(limit)
    ).all()  # fmt: skip
    values = sealed_rows.unseal(sealed_rows.STAGED, [(row.id, row.sealed) for row in rows])
    reports = sealed_rows.unseal(sealed_rows.REPORT, [(row.id, row.report) for row in rows])
    stated = [content.pop("union_id", None) for content in values]
    seen = [content.pop("seen", "") for content in values]
    unions = {text: UUID(text) for text in set(stated) if text}
    return [
        StagedRow(
            entry=Entry(row.line, content, row_id=row.id, id_index=row.id_index, phone_index=row.phone_index),
            outcome=Outcome(row.outcome),
            member_id=row.member_id,
            union_id=unions.get(union),
            report=report,
            seen=state,
        )
        for row, content, union, report, state in zip(rows, values, stated, reports, seen, strict=True)
    ]
