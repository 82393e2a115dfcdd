"""Bringing the organisation tree in from a sheet, whose rows come in any order.

A plan is made first, in memory; what can't be done is refused row by row, the rest is written in one transaction. A
union is recognised by its credit code, else by its name under the same parent, so the same sheet again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.core import audit
from app.core.seen import ChangedMeanwhile, require_seen
from app.core.sheets import Sheet
from app.unions.headings import recognise
from app.unions.lines import LineReader, UnionLine, UnionPlan
from app.unions.models import Union
from app.unions.names import core
from app.unions.resolving import Resolver
from tenants.context import Actor
from tenants.database import db
from tenants.paths import label


def plan_import(sheet: Sheet) -> UnionPlan:
    """Read a sheet and hold it against the tree. Raises `SheetError`, `UnionHeadingError`."""
    places = recognise(sheet.headers)
    reader = LineReader(places)
    plan = UnionPlan([reader.read(line, cells) for line, cells in sheet.rows])
    Resolver(plan, reader).resolve()
    return plan


def import_unions(_: Actor, sheet: Sheet, seen: str | None = None) -> UnionPlan:
    """Write what `plan_import` finds new or changed, in the running transaction; refused rows are left out.

    `seen` is the mark of the plan that was agreed to. Raises `SheetError`, `UnionHeadingError`, `ChangedMeanwhile` when
    the list would do something else in the tree by now, or the tree is changed in this very moment.
    """
    db.session.execute(select(Union.id).where(Union.parent_id.is_(None)).with_for_update())
    plan = plan_import(sheet)
    require_seen(seen, plan.mark)
    try:
        with db.session.begin_nested():
            _write_changed([line for line in plan.lines if line.outcome == "changed"])
            _write_new([line for line in plan.lines if line.outcome == "new"])
    except IntegrityError:
        raise ChangedMeanwhile from None
    audit.record("unions.import", object_type="union", counts=plan.counts)
    return plan


def _write_changed(lines: list[UnionLine]) -> None:
    for line in lines:
        stated = {"name": line.name, "kind": line.kind, "uscc": line.uscc, "short_name": line.short_name}
        values = {name: value for name, value in stated.items() if value}
        if line.name:
            values["name_core"] = core(line.name)
        db.session.execute(db.update(Union).where(Union.id == line.union_id).values(**values))


def _write_new(lines: list[UnionLine]) -> None:
    """Give every new union its label under its parent, whose row is locked, and insert them parents first."""
    new_ids = {line.union_id for line in lines}
    outer = sorted({line.parent_id for line in lines if line.parent_id and line.parent_id not in new_ids})
    query = select(Union).where(Union.id.in_(outer)).order_by(Union.id).with_for_update()
    parents = {union.id: union for union in db.session.scalars(query.execution_options(populate_existing=True))}
    paths = {union.id: union.path for union in parents.values()}
    taken = Counter({union.id: union.next_child for union in parents.values()})
    rows = []
    for line in _parents_first(lines):
        number = taken[line.parent_id] if line.parent_id else 0
        taken[line.parent_id] += 1  # type: ignore[index]
        path = (paths[line.parent_id] if line.parent_id else "") + label(number)
        paths[line.union_id] = path  # type: ignore[index]
        rows.append((line, path))
    for union in parents.values():
        union.next_child = taken[union.id]
    db.session.flush()
    if rows:
        db.session.execute(insert(Union), [_values(line, path, taken) for line, path in rows])


def _values(line: UnionLine, path: str, taken: Counter[Any]) -> dict[str, Any]:
    return {
        "id": line.union_id, "parent_id": line.parent_id, "path": path, "kind": line.kind, "name": line.name,
        "short_name": line.short_name, "uscc": line.uscc, "next_child": taken[line.union_id], "status": "active",
    }  # fmt: skip


def _parents_first(lines: list[UnionLine]) -> list[UnionLine]:
    depth: dict[UUID | None, int] = {}
    by_id = {line.union_id: line for line in lines}

    def depth_of(line: UnionLine) -> int:
        chain = []
        while line.union_id not in depth:
            chain.append(line)
            if line.parent_id not in by_id:
                break
            line = by_id[line.parent_id]
        base = depth.get(line.union_id, -1)
        for step, member in enumerate(reversed(chain), start=1):
            depth[member.union_id] = base + step
        return depth[chain[0].union_id] if chain else base

    return sorted(lines, key=depth_of)
