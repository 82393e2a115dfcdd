"""From the cells of one row to values in our spelling, or to what is wrong with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.core.clock import today_in_china
from app.core.halfwidth import fold
from app.core.identifiers import IdentifierError, parse_document, parse_mobile, parse_resident_id
from app.core.sheets import BadCell, Cell
from app.core.sheets.cells import column_name
from app.members.roster.headings import Columns
from app.members.roster.problems import Problem

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ ·•．.'’\-()（）]){0,59}")
_EMAIL = re.compile(r"[^@\s<>,;]{1,64}@[a-z0-9.-]{1,190}\.[a-z]{2,24}", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?|(\d{2})(\d{2}))(?: 00:00(?::00)?)?")
GENDERS = {
    **dict.fromkeys(("男", "男性", "m", "male", "1"), "male"),
    **dict.fromkeys(("女", "女性", "f", "female", "2"), "female"),
}
ID_KINDS = {
    **dict.fromkeys(("身份证", "居民身份证", "二代身份证", "中国居民身份证", "resident_id", "resident id", "id card"), "resident_id"),
    **dict.fromkeys(("护照", "外国护照", "passport"), "passport"),
    **dict.fromkeys(("港澳居民来往内地通行证", "港澳通行证", "回乡证", "hk_macao_permit"), "hk_macao_permit"),
    **dict.fromkeys(("台湾居民来往大陆通行证", "台胞证", "taiwan_permit"), "taiwan_permit"),
    **dict.fromkeys(("外国人永久居留身份证", "永久居留证", "外国人永久居留证", "permanent_residence"), "permanent_residence"),
}  # fmt: skip
Taker = Callable[[Cell, dict[str, str]], None]
LONGEST = {"education": 40, "position": 100, "member_number": 40, "union": 120}


class Unusable(Exception):
    """The cell's text is not a value of its column."""

    def __init__(self, code: str, **params: Any) -> None:
        self.code = code
        self.params = params


@dataclass(slots=True)
class Entry:
    """One row: `values` in our spelling (dates as ISO texts), only those the row states, and what is wrong with it."""

    line: int
    values: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    row_id: UUID | None = None
    id_index: bytes | None = None
    phone_index: bytes | None = None


class RowParser:
    """Parses the rows of one sheet; `today` is the day dates are held against."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._today = today_in_china()
        own: dict[str, Taker] = {
            "id_number": self._take_document,
            "birth_date": lambda content, values: values.__setitem__("birth_date", self._date(content)),
            "joined_on": lambda content, values: values.__setitem__("joined_on", self._date(content)),
        }
        # The document comes last: its kind, birth date and gender are known then.
        names = sorted(columns.places, key=lambda name: name == "id_number")
        self._takers = [(name, columns.places[name], own.get(name) or _text_taker(name)) for name in names]

    def parse(self, line: int, cells: list[Cell]) -> Entry:
        values: dict[str, str] = {}
        problems: list[Problem] = []
        for name, place, take in self._takers:
            content = cells[place]
            if content == "":
                continue
            try:
                take(content, values)
            except (Unusable, IdentifierError) as fault:
                problems.append(Problem(fault.code, self.cell(name, line), fault.params))
        entry = Entry(line, values, problems)
        self._check_whole(entry)
        return entry

    def take(self, name: str, content: Cell, values: dict[str, str]) -> None:
        """Parse one cell into `values`; raises `Unusable` or `IdentifierError`."""
        next(taker for known, _, taker in self._takers if known == name)(content, values)

    def cell(self, name: str, line: int) -> str:
        """Where a field stands in the file, like C17; '' if the file has no such column."""
        place = self._columns.places.get(name)
        return "" if place is None else f"{column_name(place)}{line}"

    def _take_document(self, content: Cell, values: dict[str, str]) -> None:
        kind = values.setdefault("id_kind", "resident_id")
        if kind != "resident_id":
            values["id_number"] = parse_document(kind, _text_of(content))
            return
        resident = parse_resident_id(_text_of(content), today=self._today)
        values["id_number"] = resident.number
        birth_date = resident.birth_date.isoformat()
        if values.setdefault("birth_date", birth_date) != birth_date:
            raise Unusable("birth_date_differs")
        if values.setdefault("gender", resident.gender) != resident.gender:
            raise Unusable("gender_differs")

    def _date(self, content: Cell) -> str:
        found = content if isinstance(content, date) else _date_of(_text_of(content))
        if isinstance(found, datetime):
            found = found.date()
        if found > self._today:
            raise Unusable("date_future")
        if found.year < 1900:
            raise Unusable("date_form")
        return found.isoformat()

    def _check_whole(self, entry: Entry) -> None:
        values = entry.values
        if "name" not in values:
            cell = self.cell("name", entry.line)
            if all(problem.cell != cell for problem in entry.problems):
                entry.problems.append(Problem("name_missing", cell))
        if "id_number" not in values:
            values.pop("id_kind", None)
            if "phone" not in values and not entry.problems:
                entry.problems.append(Problem("nothing_to_recognise"))


def _text_of(content: Cell) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, BadCell):
        raise Unusable(content.code)
    return content.isoformat()


def _text_taker(name: str) -> Taker:
    parse = _PARSERS.get(name) or _text_parser(LONGEST[name])

    def take(content: Cell, values: dict[str, str]) -> None:
        values[name] = parse(content if content.__class__ is str else _text_of(content))  # type: ignore[arg-type]

    return take


def _date_of(text: str) -> date:
    """A date as people write it; without a day the first of the month is meant."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise Unusable("date_form")
    month, day = match[2] or match[4], match[3] or match[5] or "1"
    try:
        return date(int(match[1]), int(month), int(day))
    except ValueError:
        raise Unusable("date_form") from None


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise Unusable("name_form")
    return _squeezed(text) if " " in text else text


def _squeezed(text: str) -> str:
    """`王 明` is 王明; between Latin letters one space stays."""
    return (" " if text.isascii() else "").join(text.split())


def _gender(text: str) -> str:
    gender = GENDERS.get(text.lower())
    if gender is None:
        raise Unusable("gender_form")
    return gender


def _id_kind(text: str) -> str:
    kind = ID_KINDS.get(text.lower())
    if kind is None:
        raise IdentifierError("document_kind")
    return kind


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise Unusable("email_form")
    return text


def _text_parser(limit: int) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if len(text) > limit:
            raise Unusable("too_long", limit=limit)
        if "<" in text or ">" in text:
            raise Unusable("markup")
        return text

    return parse


_PARSERS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "gender": _gender,
    "id_kind": _id_kind,
    "phone": parse_mobile,
    "email": _email,
}


def parse_value(name: str, text: str) -> str:
    """One field's text in our spelling, by the rules of a roster; raises `Unusable` or `IdentifierError`."""
    values: dict[str, str] = {}
    columns = Columns({name: 0}, {name: name}, ())
    RowParser(columns).take(name, fold(text), values)
    return values[name]
