"""Reads of imports and their staged rows."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.errors import NotFound
from app.core.identifiers import mask_document, mask_phone
from app.members.roster import sealed_rows
from app.members.roster.models import ImportBatch, ImportChange, ImportRow
from app.members.roster.problems import sentence
from app.unions.models import Union
from tenants.context import current_zone
from tenants.database import db


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that the row would change; `is_kept` when it is verified and stays. Values are masked codes or texts."""

    field: str
    old: str
    new: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a row is refused, and in which cell (like C17; '' when the whole row is meant)."""

    cell: str
    reason: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A staged row as it may be shown; phone and document are masked."""

    line: int
    outcome: str
    name: str
    phone: str
    id_number: str
    union_id: str
    differences: list[Difference]
    refusals: list[Refusal]


def get_batch(batch_id: UUID) -> ImportBatch:
    """An import of the running zone; raises `NotFound`."""
    batch = db.session.get(ImportBatch, (current_zone().id, batch_id), populate_existing=True)
    if batch is None:
        raise NotFound
    return batch


def list_batches(after: UUID | None = None, limit: int = 20) -> list[ImportBatch]:
    """The zone's imports, the newest first."""
    query = select(ImportBatch).order_by(ImportBatch.id.desc()).limit(limit)
    return list(db.session.scalars(query.where(ImportBatch.id < after) if after else query))


def list_rows(batch_id: UUID, outcome: str = "", after_line: int = 0, limit: int = 50) -> list[PreviewRow]:
    """Staged rows of an import by line, of one outcome if one is named; empty once staging was cleared away."""
    query = (
        select(ImportRow.id, ImportRow.line, ImportRow.outcome, ImportRow.sealed, ImportRow.report)
        .where(ImportRow.batch_id == batch_id, ImportRow.line > after_line)
        .order_by(ImportRow.line)
        .limit(limit)
    )
    rows = db.session.execute(query.where(ImportRow.outcome == outcome) if outcome else query).all()
    values = sealed_rows.unseal(sealed_rows.STAGED, [(row.id, row.sealed) for row in rows])
    reports = sealed_rows.unseal(sealed_rows.REPORT, [(row.id, row.report) for row in rows])
    return [
        _preview(row.line, row.outcome, stated or {}, told or {})
        for row, stated, told in zip(rows, values, reports, strict=True)
    ]


def _preview(line: int, outcome: str, values: dict[str, str], report: dict[str, Any]) -> PreviewRow:
    phone, number = values.get("phone", ""), values.get("id_number", "")
    return PreviewRow(
        line=line,
        outcome=outcome,
        name=values.get("name", ""),
        phone=mask_phone(phone) if phone else "",
        id_number=mask_document(values.get("id_kind", "resident_id"), number) if number else "",
        union_id=values.get("union_id", ""),
        differences=[Difference(*change) for change in report.get("changes", [])],
        refusals=[Refusal(cell, sentence(code, params)) for code, cell, params in report.get("problems", [])],
    )


def union_names(rows: list[PreviewRow]) -> dict[str, str]:
    """Names of the unions that rows name, by id."""
    ids = {UUID(row.union_id) for row in rows if row.union_id}
    found = db.session.execute(select(Union.id, Union.name).where(Union.id.in_(ids)))
    return {str(union_id): name for union_id, name in found}


def list_refused_undos(batch_id: UUID, limit: int = 200) -> list[tuple[int, UUID, str]]:
    """Lines that could not be undone: line, member, and why."""
    query = (
        select(ImportChange.line, ImportChange.member_id, ImportChange.refusal)
        .where(ImportChange.batch_id == batch_id, ImportChange.refusal != "")
        .order_by(ImportChange.line)
        .limit(limit)
    )
    return [(line, member_id, sentence(code)) for line, member_id, code in db.session.execute(query)]
