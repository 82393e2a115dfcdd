"""Questions in a sheet: one a row; what can't be taken is named by line and cell."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from flask_babel import gettext
from marshmallow import ValidationError

from app.core.schema_words import in_words
from app.core.sheets import BadCell, SheetError, SheetLimits, read_sheet, shown
from app.core.sheets.writing import write_sheet
from app.core.uploads import sheet_uploads
from app.modules.events.kinds.quiz.bank.errors import UnreadableSheet
from app.modules.events.kinds.quiz.bank.schemas import MOST_OPTIONS, QuestionForm, Written
from app.modules.events.kinds.quiz.bank.words import WRITTEN_DIFFICULTIES, WRITTEN_KINDS, letter_of

LIMITS = SheetLimits(max_rows=5_000)
SHEETS = sheet_uploads(LIMITS.max_bytes)
MOST_SHOWN = 100
COLUMNS = {
    "kind": "题型",
    "prompt": "题干",
    "answer": "答案",
    "category": "分类",
    "difficulty": "难度",
    "explanation": "解析",
}
OPTIONS = tuple(f"选项{letter_of(place)}" for place in range(MOST_OPTIONS))
REQUIRED = ("kind", "prompt", "answer", "category")
HEADINGS = ("题型", "题干", *OPTIONS[:6], "答案", "解析", "分类", "难度")
EXAMPLES = (
    ("单选", "我国《工会法》规定，工会的基本职责是什么？", "维护职工合法权益、竭诚服务职工群众", "组织生产经营", "管理职工档案",
     "核定工资标准", "", "", "A", "见《工会法》第六条。", "工会知识", "易"),
    ("多选", "下列哪些属于职工依法享有的权利？", "休息休假", "获得劳动报酬", "接受职业技能培训", "随意缺勤", "", "", "ABC", "",
     "劳动法律", "中"),
    ("判断", "用人单位应当依法为职工缴纳工伤保险费。", "", "", "", "", "", "", "对", "", "劳动法律", "易"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that can't be taken; `cell` is like C17."""

    line: int
    cell: str
    reason: str


def write_template(target: IO[bytes]) -> None:
    """A sheet with the headings and an example of each kind."""
    write_sheet(target, HEADINGS, EXAMPLES, widths={"题干": 50, "解析": 30}, title="题库")


def read_questions(data: bytes, filename: str) -> tuple[list[Written], list[Refusal]]:
    """The questions of a sheet, and what is wrong with its rows. Raises `UnreadableSheet` for one that can't be used at all."""
    found: list[Written] = []
    refusals: list[Refusal] = []
    first_lines: dict[tuple[str, str], int] = {}
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        places = _places(sheet.headers)
        for line, cells in sheet.rows:
            try:
                written = _read(cells, places)
            except ValidationError as fault:
                refusals += _refusals(line, fault, places)
                continue
            before = first_lines.setdefault((written.category, written.prompt), line)
            if before != line:
                words = gettext("Line %(line)s has this question already.", line=before)
                refusals.append(Refusal(line, _cell("prompt", line, places), words))
            found.append(written)
    except SheetError as fault:
        raise UnreadableSheet(gettext(fault.message) % fault.params, field="file") from fault
    if not found and not refusals:
        raise UnreadableSheet(field="file")
    return found, refusals


def _places(headers: Iterable[str]) -> dict[str, int]:
    """Where each column stands, by the name of its field; of options by their heading."""
    by_heading = {header.strip(): place for place, header in enumerate(headers)}
    named = {field: by_heading[title] for field, title in COLUMNS.items() if title in by_heading}
    if not set(REQUIRED) <= named.keys():
        raise UnreadableSheet(field="file")
    return named | {title: by_heading[title] for title in OPTIONS if title in by_heading}


def _read(cells: list[Any], places: dict[str, int]) -> Written:
    typed = {name: _text(cells, place) for name, place in places.items()}
    kind, difficulty = typed.get("kind", ""), typed.get("difficulty", "").lower()
    row = {
        "kind": WRITTEN_KINDS.get(kind.lower(), kind),
        "difficulty": WRITTEN_DIFFICULTIES.get(difficulty, difficulty),
        "options": "\n".join(_options(typed)),
    }
    row |= {name: typed.get(name, "") for name in ("prompt", "answer", "category", "explanation")}
    found: Any = QuestionForm().load({name: value for name, value in row.items() if value})
    return found


def _options(typed: dict[str, str]) -> list[str]:
    """The options in their order. Raises `ValidationError` for one behind a cell left empty: the letters would be others."""
    given = [" ".join(typed.get(title, "").split()) for title in OPTIONS]
    while given and not given[-1]:
        given.pop()
    if "" in given:
        raise ValidationError(gettext("An option before another one is empty."), OPTIONS[given.index("")])
    return given


def _text(cells: list[Any], place: int) -> str:
    cell = cells[place] if place < len(cells) else ""
    return "" if isinstance(cell, BadCell) else shown(cell).replace("\0", "").strip()


def _refusals(line: int, fault: ValidationError, places: dict[str, int]) -> list[Refusal]:
    told: Any = fault.normalized_messages()
    return [
        Refusal(line, _cell(name, line, places), " ".join(in_words(each) for each in messages))
        for name, messages in told.items()
    ]


def _cell(name: str, line: int, places: dict[str, int]) -> str:
    field = OPTIONS[0] if name == "options" else name
    place = places.get(field)
    return f"{chr(ord('A') + place)}{line}" if place is not None and place < 26 else str(line)
