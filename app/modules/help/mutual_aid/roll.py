"""A sheet of members to enrol (参保名单): name with ID number or mobile number; each row's person, or what is wrong in which cell."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy import select

from app.core.coded_error import CodedError
from app.core.modules import Text
from app.core.sheets import SheetError, SheetLimits, read_sheet
from app.core.uploads import sheet_uploads
from app.members.models import Member
from app.members.roster.headings import HeadingError, recognise
from app.members.roster.parsing import Entry, RowParser
from app.members.roster.problems import sentence
from app.members.sealing import document_index, phone_index
from app.modules.help.mutual_aid.errors import UnreadableRoll
from tenants.database import db

LIMITS = SheetLimits(max_rows=10_000)
SHEETS = sheet_uploads(LIMITS.max_bytes)
REASONS: dict[str, Text] = {
    "not_a_member_here": lazy_gettext("No member of this zone’s unions has this name and number."),
    "not_of_the_window": lazy_gettext("The member does not belong to the unions this window is for."),
    "covered_already": lazy_gettext("The member is covered in these days already, by this plan or another one."),
    "twice_on_the_roll": lazy_gettext("The person stands in the sheet already."),
}


@dataclass(frozen=True, slots=True)
class RollRefusal:
    """A row that was not enrolled; `cell` is like C17, or empty where the whole row is meant."""

    line: int
    cell: str
    code: str
    words: str = ""

    @property
    def reason(self) -> str:
        return self.words or str(REASONS[self.code])


@dataclass(frozen=True, slots=True)
class PersonOnRoll:
    """A row that could be read, and the member it names, if the desk sees one; `cell` is that of the number."""

    line: int
    cell: str
    member_id: UUID | None
    union_path: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """The rows of a sheet that name people, and those that can't be read."""

    people: list[PersonOnRoll]
    refusals: list[RollRefusal]


def read_roll(data: bytes, filename: str) -> Roll:
    """Read a sheet; raises `UnreadableRoll` for one that can't be used at all."""
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        columns = recognise(sheet.headers)
        parser = RowParser(columns)
        entries = [parser.parse(line, cells) for line, cells in sheet.rows]
    except (SheetError, HeadingError) as fault:
        raise _unreadable(fault) from fault
    refusals = [
        RollRefusal(entry.line, problem.cell, problem.code, sentence(problem.code, problem.params))
        for entry in entries for problem in entry.problems[:1]
    ]  # fmt: skip
    readable = [entry for entry in entries if not entry.problems]
    return Roll(list(_people(parser, readable)), refusals)


def _unreadable(fault: CodedError) -> UnreadableRoll:
    return UnreadableRoll(gettext(fault.message) % fault.params, field="roll")


def _people(parser: RowParser, entries: list[Entry]) -> Iterator[PersonOnRoll]:
    """Who the rows name, of the members the desk sees: by document, else by name and mobile number together."""
    documents = {entry.line: _document(entry) for entry in entries if "id_number" in entry.values}
    phones = {entry.line: phone_index(entry.values["phone"]) for entry in entries if entry.line not in documents}
    found = _find(documents.values(), phones.values())
    for entry in entries:
        is_by_document = entry.line in documents
        index = documents[entry.line] if is_by_document else phones[entry.line]
        named = {(place, member_id) for name, member_id, place in found.get(index, ()) if name == entry.values["name"]}
        place, member_id = named.pop() if len(named) == 1 else ("", None)
        cell = parser.cell("id_number" if is_by_document else "phone", entry.line)
        yield PersonOnRoll(entry.line, cell, member_id, place)


def _document(entry: Entry) -> bytes:
    return document_index(entry.values["id_kind"], entry.values["id_number"])


def _find(documents: Iterable[bytes], phones: Iterable[bytes]) -> dict[bytes, list[tuple[str, UUID, str]]]:
    """Name, id and place of members by the index they were found by."""
    found: dict[bytes, list[tuple[str, UUID, str]]] = {}
    for column, indexes in ((Member.id_index, documents), (Member.phone_index, phones)):
        statement = select(column, Member.name, Member.id, Member.union_path).where(column.in_(list(indexes)))
        for index, name, member_id, place in db.session.execute(statement):
            found.setdefault(bytes(index or b""), []).append((name, member_id, place or ""))
    return found
