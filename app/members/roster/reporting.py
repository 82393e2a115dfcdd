"""What a person who imports is told about a row: refusals by cell, changes field by field, identifiers masked."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from app.core.identifiers import mask_birth_date, mask_document, mask_email, mask_phone
from app.members import sealing
from app.members.roster.comparing import Decision, Known, UnionPlace
from app.members.roster.models import Outcome
from app.members.roster.parsing import Entry
from app.members.roster.problems import Problem

Report = dict[str, Any]
Unions = Mapping[int, UnionPlace | None]


def describe(
    entries: Iterable[Entry], decisions: Mapping[int, Decision], unions: Unions, cell: Callable[[str, int], str]
) -> dict[int, Report]:
    """Reports by line, for rows about which there is something to say.

    `{"problems": [[code, cell, params]], "changes": [[field, old, new, kept]]}`
    """
    reports: dict[int, Report] = {}
    for entry in entries:
        if entry.problems:
            reports[entry.line] = {"problems": [problem.to_json() for problem in sorted(entry.problems, key=_place)]}
    shown = {line: d for line, d in decisions.items() if d.outcome in (Outcome.CHANGED, Outcome.KEPT)}
    old = old_values([decision.known for decision in shown.values() if decision.known])
    by_line = {entry.line: entry for entry in entries}
    for line, decision in shown.items():
        reports[line] = {"changes": changes(by_line[line], decision, unions.get(line), old)}
    for line, decision in decisions.items():
        if decision.outcome is Outcome.TRANSFER:
            reports[line] = {"problems": [[decision.code, cell(decision.field, line), {}]]}
    return reports


def _place(problem: Problem) -> tuple[int, str]:
    """Cells from left to right: A to Z before AA, all of one line."""
    return len(problem.cell), problem.cell


def old_values(people: Iterable[Known]) -> dict[Any, dict[str, str]]:
    """Phones and documents of people in clear, by member id."""
    people = list(people)
    phones = sealing.open_many(sealing.PHONE, [(known.id, known.phone_cipher) for known in people])
    documents = sealing.open_many(sealing.DOCUMENT, [(known.id, known.id_cipher) for known in people])
    return {
        known.id: {"phone": phone, "id_number": document}
        for known, phone, document in zip(people, phones, documents, strict=True)
    }


def changes(
    entry: Entry, decision: Decision, union: UnionPlace | None, old: dict[Any, dict[str, str]]
) -> list[list[Any]]:
    """`[field, old, new, kept]` of each field that differs, as it may be shown."""
    known = decision.known
    if known is None:
        return []
    found = []
    for name in (*decision.fields, *decision.kept):
        if name == "phone":
            before, after = mask_phone(old[known.id]["phone"]), mask_phone(entry.values["phone"])
        elif name == "id_number":
            before = mask_document(known.id_kind or "resident_id", old[known.id]["id_number"])
            after = mask_document(entry.values["id_kind"], entry.values["id_number"])
        elif name == "birth_date":
            before, after = _masked_day(known.birth_date), _masked_day(entry.values[name])
        elif name == "email":
            before, after = mask_email(known.email or ""), mask_email(entry.values[name])
        elif name == "union":
            before, after = known.union_name, union.name if union else ""
        else:
            before, after = getattr(known, name) or "", entry.values[name]
        found.append([name, before, after, name in decision.kept])
    return found


def _masked_day(day: str | None) -> str:
    return mask_birth_date(date.fromisoformat(day)) if day else ""
