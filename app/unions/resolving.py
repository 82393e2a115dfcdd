"""Finding each line's parent, among the other lines and in the tree, and what the line means for the tree."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.unions.lines import LineReader, UnionLine, UnionPlan
from app.unions.models import Union
from app.unions.operations import fits_under
from tenants.database import db
from tenants.ids import uuid7


class Resolver:
    """Finds each line's parent, among the other lines and in the tree, and what the line means for the tree."""

    def __init__(self, plan: UnionPlan, reader: LineReader) -> None:
        self._lines = plan.lines
        self._cell = reader.cell
        columns = (Union.id, Union.parent_id, Union.name, Union.kind, Union.uscc, Union.short_name, Union.status)
        everything = db.session.execute(select(*columns).order_by(Union.path)).all()
        self._tree = {row.id: row for row in everything if row.status == "active"}
        gone = [row for row in everything if row.status != "active"]
        self._dissolved = {(row.parent_id, row.name) for row in gone} | {row.uscc for row in gone if row.uscc}
        self._root = next((row for row in self._tree.values() if row.parent_id is None), None)
        self._known_by_uscc = {row.uscc: row for row in self._tree.values() if row.uscc}
        self._known_under: dict[Any, Any] = {(row.parent_id, row.name): row for row in self._tree.values()}
        self._known_by_name: dict[str, list[Any]] = defaultdict(list)
        for row in self._tree.values():
            self._known_by_name[row.name].append(row)
        self._lines_by_name: dict[str, list[UnionLine]] = defaultdict(list)
        self._lines_by_uscc: dict[str, UnionLine] = {}

    def resolve(self) -> None:
        for line in self._lines:
            self._note(line)
        for line in self._lines:
            if not line.problem:
                self._find_parent(line)
        for line in self._in_order():
            self._decide(line)

    def _note(self, line: UnionLine) -> None:
        if line.problem:
            if line.name:
                self._lines_by_name[line.name].append(line)
            return
        if line.uscc and (first := self._lines_by_uscc.setdefault(line.uscc, line)) is not line:
            line.refuse("same_uscc", self._cell("uscc", line.line), line=first.line)
            return
        twin = next((other for other in self._lines_by_name[line.name] if other.parent == line.parent), None)
        if twin is not None:
            line.refuse("same_name", self._cell("name", line.line), line=twin.line)
            return
        self._lines_by_name[line.name].append(line)

    def _find_parent(self, line: UnionLine) -> None:
        """Set the parent as a line of this sheet or as a union of the tree."""
        cell = self._cell("parent", line.line)
        if not line.parent:
            self._check_root(line, cell)
            return
        by_code = line.parent.upper()
        if by_code in self._lines_by_uscc:
            line.parent_line = self._lines_by_uscc[by_code]
            return
        if by_code in self._known_by_uscc:
            line.parent_id = self._known_by_uscc[by_code].id
            return
        here = [other for other in self._lines_by_name.get(line.parent, ()) if other is not line]
        known = self._known_by_name.get(line.parent, [])
        if len(here) == 1 and all(self._are_one(here[0], row) for row in known):
            line.parent_line = here[0]
        elif not here and len(known) == 1:
            line.parent_id = known[0].id
        elif not here and not known:
            line.refuse("cycle" if line.parent == line.name else "parent_unknown", cell, parent=line.parent)
        else:
            line.refuse("parent_ambiguous", cell, parent=line.parent)

    def _are_one(self, line: UnionLine, row: Any) -> bool:
        """Whether a line means a union of the tree that has its name."""
        if line.uscc and row.uscc:
            return line.uscc == row.uscc
        above = self._tree.get(row.parent_id)
        return line.parent in ((above.name, above.uscc) if above else ("",))

    def _check_root(self, line: UnionLine, cell: str) -> None:
        """Only the city's own union has none above it, and there is one city."""
        is_root = self._root is not None and (
            self._root.name == line.name or (line.uscc and self._root.uscc == line.uscc)
        )
        if is_root or (self._root is None and line.kind == "city"):
            return
        line.refuse("parent_missing", cell)

    def _in_order(self) -> list[UnionLine]:
        """Parents before children; lines whose parents lead back to them are refused, and so is what hangs below."""
        ordered: list[UnionLine] = []
        state: dict[int, str] = {}
        for start in self._lines:
            chain = []
            line: UnionLine | None = start
            while line is not None and line.line not in state:
                state[line.line] = "open"
                chain.append(line)
                line = line.parent_line
            if line is not None and state[line.line] == "open":
                for member in chain[chain.index(line) :]:
                    member.refuse("cycle", self._cell("parent", member.line))
            for member in reversed(chain):
                state[member.line] = "done"
                ordered.append(member)
        return ordered

    def _decide(self, line: UnionLine) -> None:
        above = line.parent_line
        if not line.problem and above is not None and above.problem:
            line.refuse("parent_refused", self._cell("parent", line.line), line=above.line)
        if line.problem:
            return
        parent_id = above.union_id if above is not None else line.parent_id
        line.parent_id = parent_id
        known = self._known_by_uscc.get(line.uscc) if line.uscc else None
        known = known or self._known_under.get((parent_id, line.name))
        if (parent_id, line.name) in self._dissolved or line.uscc in self._dissolved:
            line.refuse("dissolved", self._cell("name", line.line))
            return
        if (known is None or known.kind != line.kind) and not fits_under(line.kind, self._kind_above(line)):
            line.refuse("wrong_kind", self._cell("kind", line.line))
            return
        if known is None:
            line.outcome, line.union_id = "new", uuid7()
            self._known_under[parent_id, line.name] = line
            return
        self._compare(line, known, parent_id)

    def _kind_above(self, line: UnionLine) -> str | None:
        if line.parent_line is not None:
            return line.parent_line.kind
        return self._tree[line.parent_id].kind if line.parent_id else None

    def _compare(self, line: UnionLine, known: Any, parent_id: UUID | None) -> None:
        if isinstance(known, UnionLine):
            line.refuse("same_name", self._cell("name", line.line), line=known.line)
            return
        line.union_id = line.known_id = known.id
        if known.parent_id != parent_id:
            line.refuse("moved", self._cell("parent", line.line))
        elif line.name != known.name and (parent_id, line.name) in self._known_under:
            line.refuse("uscc_taken", self._cell("uscc", line.line))
        else:
            stated = {"name": line.name, "kind": line.kind, "uscc": line.uscc, "short_name": line.short_name}
            differs = any(value and value != getattr(known, name) for name, value in stated.items())
            line.outcome = "changed" if differs else "same"
