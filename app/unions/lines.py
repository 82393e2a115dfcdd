"""The rows of a list of unions: what they say, and what is wrong with them."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.core.coded_error import N_
from app.core.identifiers import IdentifierError, parse_uscc
from app.core.sheets import BadCell
from app.core.sheets.cells import column_name, shown
from app.unions.headings import BY_KIND
from app.unions.operations import LONGEST_NAME

MESSAGES = {
    "digits_lost": N_("Excel has rounded this number, its last digits are lost: format the column as text and type it again."),
    "formula_error": N_("The cell holds an Excel error instead of a value."),
    "formula_unsaved": N_("The cell holds a formula whose result was not saved: open the file in Excel or WPS and save it again, or paste the value."),
    "name_missing": N_("The name is missing."),
    "name_form": N_("A union’s name has at most %(limit)s characters and neither < nor >."),
    "kind_unknown": N_("This kind is not known. Write one of: 市总工会, 县总工会, 产业工会, 乡镇工会, 企业工会, 机关工会."),
    "parent_missing": N_("The union above is missing: only the city’s own union has none."),
    "parent_unknown": N_("There is no union “%(parent)s”, neither in this sheet nor in the tree."),
    "parent_ambiguous": N_("Several unions are called “%(parent)s”: give the unified social credit code instead."),
    "parent_refused": N_("The union above was refused in line %(line)s."),
    "cycle": N_("The unions above lead back to this one."),
    "same_name": N_("The same union stands in line %(line)s."),
    "same_uscc": N_("The same credit code stands in line %(line)s."),
    "uscc_taken": N_("Another union has this credit code."),
    "wrong_kind": N_("A union of this kind can’t stand under the one above."),
    "dissolved": N_("A dissolved union has this name or credit code."),
    "moved": N_("This union lies under another one. An import does not move unions."),
}  # fmt: skip


@dataclass(slots=True, eq=False)
class UnionLine:
    """One row: what it says, whom it means (`union_id`), and what is to be done (`outcome`)."""

    line: int
    parent: str = ""
    name: str = ""
    kind: str = ""
    uscc: str | None = None
    short_name: str = ""
    outcome: str = ""
    problem: tuple[str, str, dict[str, Any]] | None = None
    union_id: UUID | None = None
    parent_line: UnionLine | None = None
    parent_id: UUID | None = None
    known_id: UUID | None = None

    def refuse(self, code: str, cell: str = "", **params: Any) -> None:
        if self.problem is None:
            self.outcome, self.problem = "refused", (code, cell, params)


@dataclass(slots=True)
class UnionPlan:
    """What an import would do; `lines` in the order of the sheet."""

    lines: list[UnionLine] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """The mark of what the plan would do (`app.core.seen`): equal for plans that do the same."""
        said = [(line.line, line.outcome, line.problem and line.problem[0], line.known_id, line.name, line.kind,
                 line.uscc, line.short_name, line.parent) for line in self.lines]  # fmt: skip
        return hashlib.sha256(repr(said).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """Rows by outcome: new, changed, same, refused."""
        counted = Counter(line.outcome for line in self.lines)
        return {outcome: counted[outcome] for outcome in ("new", "changed", "same", "refused")}

    @property
    def refused(self) -> list[UnionLine]:
        return [line for line in self.lines if line.problem]


class LineReader:
    """Cells to lines."""

    def __init__(self, places: dict[str, int]) -> None:
        self._places = places

    def cell(self, name: str, line: int) -> str:
        return f"{column_name(self._places[name])}{line}" if name in self._places else ""

    def read(self, number: int, cells: list[Any]) -> UnionLine:
        line = UnionLine(number)
        for name in ("parent", "name", "kind", "uscc", "short_name"):
            content = cells[self._places[name]] if name in self._places else ""
            if isinstance(content, BadCell):
                line.refuse(content.code, self.cell(name, number))
            elif content:
                setattr(line, name, " ".join(shown(content).split()))
        self._check(line)
        return line

    def _check(self, line: UnionLine) -> None:
        if not line.name:
            line.refuse("name_missing", self.cell("name", line.line))
        for name in ("name", "short_name"):
            text = getattr(line, name)
            if len(text) > LONGEST_NAME or "<" in text or ">" in text:
                line.refuse("name_form", self.cell(name, line.line), limit=LONGEST_NAME)
        kind = BY_KIND.get(line.kind) or BY_KIND.get(line.kind.lower())
        if kind is None:
            line.refuse("kind_unknown", self.cell("kind", line.line))
        line.kind = kind or ""
        if line.uscc:
            try:
                line.uscc = parse_uscc(line.uscc)
            except IdentifierError as fault:
                line.refuse(fault.code, self.cell("uscc", line.line), **fault.params)
