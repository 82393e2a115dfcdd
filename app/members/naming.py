"""Sheets that name members of the zone: by ID number, by membership number, or by name and mobile number together."""

import io
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.core.identifiers import IdentifierError
from app.core.sheets import Cell, SheetError, SheetLimits, read_sheet, shown
from app.core.sheets.cells import column_name
from app.core.uploads import sheet_uploads
from app.members.errors import UnreadableFile
from app.members.models import Member, Membership
from app.members.roster.headings import Columns, HeadingError, find_columns
from app.members.roster.parsing import RowParser, Unusable
from app.members.roster.problems import sentence
from app.members.sealing import document_index, phone_index
from tenants.context import current_zone
from tenants.database import db
from tenants.paths import in_subtree

LIMITS = SheetLimits(max_rows=50_000)
SHEETS = sheet_uploads(LIMITS.max_bytes)
FIELDS = ("name", "phone", "member_number", "id_kind", "id_number")
"""What says who is meant; the kind of document comes before its number."""
NUMBERS = ("id_number", "member_number", "phone")
"""By which number a line is looked up, the surest first."""
MORE, ALSO = "more", "also"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that names no member; `cell` is like C17, or empty where the whole line is meant."""

    line: int
    code: str
    cell: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return sentence(self.code, dict(self.params))

    def to_json(self) -> list[Any]:
        return [self.line, self.code, self.cell, dict(self.params)]


@dataclass(frozen=True, slots=True)
class NamedMember:
    """A line and the member it names; `more` and `also` are the texts of the further columns, in the cells `more_cell` and `also_cell`."""

    line: int
    member_id: UUID
    more: str = ""
    more_cell: str = ""
    also: str = ""
    also_cell: str = ""


def read_members(
    data: bytes, filename: str, more: tuple[str, ...] = (), also: tuple[str, ...] = ()
) -> tuple[list[NamedMember], list[Refusal]]:
    """The members that a sheet names, each once, and the lines that name none.

    Finds whom the running scope sees of the zone's unions. `more` are the headings of a further column that must be there, `also` of one that may be.
    Raises `UnreadableFile` for a sheet that can't be used at all.
    """
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        reader = _Reader(sheet.headers, more, also)
        lines = [(line, values, cells) for line, cells in sheet.rows if (values := reader.read(line, cells))]
    except (SheetError, HeadingError) as fault:
        raise UnreadableFile(sentence(fault.code, fault.params), field="file") from fault
    people: dict[UUID, NamedMember] = {}
    refusals = reader.refusals
    for (line, values, cells), found in zip(lines, _find([values for _line, values, _cells in lines]), strict=True):
        if isinstance(found, str):
            refusals.append(Refusal(line, found, reader.cell(values, line)))
        elif found in people:
            refusals.append(Refusal(line, "same_person", params={"line": people[found].line}))
        else:
            people[found] = NamedMember(line, found, *reader.more(line, cells), *reader.also(line, cells))
    return list(people.values()), sorted(refusals, key=lambda each: each.line)


class _Reader:
    """Reads the cells of a sheet's lines; `refusals` are the lines that say nobody."""

    def __init__(self, headers: tuple[str, ...], more: tuple[str, ...], also: tuple[str, ...]) -> None:
        columns = find_columns(headers, {MORE: more, ALSO: also})
        found = "、".join(filter(None, headers))
        if not _says_who(columns.places):
            raise HeadingError("no_member_column", found=found)
        if more and MORE not in columns.places:
            raise HeadingError("no_such_column", heading=more[0], found=found)
        self._places = {name: columns.places[name] for name in FIELDS if name in columns.places}
        self._parser = RowParser(Columns(self._places, columns.headings, ()))
        self._more, self._also = columns.places.get(MORE), columns.places.get(ALSO)
        self.refusals: list[Refusal] = []

    def read(self, line: int, cells: list[Cell]) -> dict[str, str] | None:
        """What the line says of a member, in our spelling; None where that is nobody."""
        values: dict[str, str] = {}
        for name, place in self._places.items():
            if cells[place] == "":
                continue
            try:
                self._parser.take(name, cells[place], values)
            except (Unusable, IdentifierError) as fault:
                self.refusals.append(Refusal(line, fault.code, self._parser.cell(name, line), fault.params))
                return None
        if not _says_who(values):
            self.refusals.append(Refusal(line, "nobody_named"))
            return None
        return values

    def cell(self, values: Mapping[str, str], line: int) -> str:
        """Where the number stands by which the line names somebody."""
        return self._parser.cell(next(name for name in NUMBERS if name in values), line)

    def more(self, line: int, cells: list[Cell]) -> tuple[str, str]:
        """The text and the place of the further column."""
        return _text_at(self._more, line, cells)

    def also(self, line: int, cells: list[Cell]) -> tuple[str, str]:
        """The text and the place of the further column that may be missing."""
        return _text_at(self._also, line, cells)


def _text_at(place: int | None, line: int, cells: list[Cell]) -> tuple[str, str]:
    return (shown(cells[place]), f"{column_name(place)}{line}") if place is not None else ("", "")


def _says_who(fields: Container[str]) -> bool:
    return "id_number" in fields or "member_number" in fields or ("name" in fields and "phone" in fields)


def _find(lines: Sequence[Mapping[str, str]]) -> Iterator[UUID | str]:
    """For each line the member, or the code of why there is none."""
    keys = [_key(values) for values in lines]
    known = {
        "id_number": _look_up(Member.id_index, LargeBinary(), [key for kind, key in keys if kind == "id_number"]),
        "member_number": _look_up(
            Membership.member_number, Text(), [key for kind, key in keys if kind == "member_number"]
        ),
        "phone": _look_up(Member.phone_index, LargeBinary(), [key for kind, key in keys if kind == "phone"]),
    }
    for values, (kind, key) in zip(lines, keys, strict=True):
        yield _choose(kind, values.get("name", ""), known[kind].get(key, []))


def _key(values: Mapping[str, str]) -> tuple[str, Any]:
    """The number that names the member: the surest there is, as it is looked up."""
    if "id_number" in values:
        return "id_number", document_index(values["id_kind"], values["id_number"])
    if "member_number" in values:
        return "member_number", values["member_number"]
    return "phone", phone_index(values["phone"])


def _choose(kind: str, name: str, found: list[tuple[UUID, str]]) -> UUID | str:
    of_name = [member_id for member_id, its_name in found if name in ("", its_name)]
    if len(of_name) == 1:
        return of_name[0]
    if of_name:
        return "several_people" if kind == "phone" else "several_with_number"
    return "name_differs" if found and kind != "phone" else "no_member"


def _look_up(column: Any, kind: Any, keys: list[Any]) -> dict[Any, list[tuple[UUID, str]]]:
    """Ids and names of the zone's members by a number of theirs."""
    found: dict[Any, list[tuple[UUID, str]]] = defaultdict(list)
    if keys:
        query = (
            select(column, Member.id, Member.name)
            .join(Membership, (Membership.member_id == Member.id) & (Membership.status == "active"))
            .where(
                column == any_(bindparam("keys", keys, ARRAY(kind))),
                *in_subtree(Member.union_path, current_zone().union_path),
            )
        )
        for key, member_id, name in db.session.execute(query):
            found[bytes(key) if isinstance(key, memoryview) else key].append((member_id, name))
    return found
