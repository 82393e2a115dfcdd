"""Scores that come from a sheet: a template with the contestants of a round, and reading it back; what can't be taken is named by line
and cell."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from flask_babel import gettext as _

from app.core.halfwidth import fold
from app.core.sheets import BadCell, SheetError, SheetLimits, read_sheet, shown, write_sheet
from app.core.uploads import sheet_uploads
from app.modules.events.judging.scores import parse_tenths, tenths
from app.modules.events.kinds.competition import queries
from app.modules.events.kinds.competition.errors import UnreadableSheet
from app.modules.events.kinds.competition.models import SHEET, Criterion, Round, Start

LIMITS = SheetLimits(max_rows=10_000)
UPLOADS = sheet_uploads(LIMITS.max_bytes)
MOST_SHOWN = 100
NUMBER, NAME = "参赛号", "姓名"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that can't be taken; `cell` is like C17."""

    line: int
    cell: str
    reason: str


def write_template(target: IO[bytes], held: Round) -> int:
    """The contestants of a round with a column for each criterion that a sheet brings, filled in as far as there are scores."""
    criteria = queries.list_criteria(held.id, SHEET)
    rows = (
        (start.number, start.shown_name, *(given / 10 for given in start.measured))
        for start, _union in sorted(queries.list_starts(held.id), key=lambda row: row[0].number)
    )
    return write_sheet(target, [NUMBER, NAME, *(each.title for each in criteria)], rows, title=held.title)


def read_scores(data: bytes, filename: str, held: Round) -> tuple[dict[UUID, list[int]], list[Refusal]]:
    """The tenths of each start in the order of the criteria, and what is wrong with the rows. Raises `UnreadableSheet`."""
    criteria = queries.list_criteria(held.id, SHEET)
    starts = {start.number: start for start, _union in queries.list_starts(held.id)}
    found: dict[UUID, list[int]] = {}
    refusals: list[Refusal] = []
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        places = _places(sheet.headers, criteria)
        for line, cells in sheet.rows:
            start = _start(cells, places[NUMBER], starts)
            if start is None or start.id in found:
                words = (
                    _("Nobody in this round has this number.")
                    if start is None
                    else _("This number stands in a line above.")
                )
                refusals.append(Refusal(line, _cell(places[NUMBER], line), words))
                continue
            given = [_tenths(_text(cells, places[each.title]), each) for each in criteria]
            refusals += [
                Refusal(line, _cell(places[each.title], line), _("Write a score from 0 to %(most)s, with one decimal at most.", most=tenths(each.highest)))
                for each, value in zip(criteria, given, strict=True)
                if value is None
            ]  # fmt: skip
            found[start.id] = [value for value in given if value is not None]
    except SheetError as fault:
        raise UnreadableSheet(_(fault.message) % fault.params, field="file") from fault
    if not found and not refusals:
        raise UnreadableSheet(field="file")
    return found, refusals


def _places(headers: Iterable[str], criteria: Sequence[Criterion]) -> dict[str, int]:
    by_heading = {fold(header).strip(): place for place, header in enumerate(headers)}
    wanted = [NUMBER, *(each.title for each in criteria)]
    if not criteria or not set(wanted) <= by_heading.keys():
        raise UnreadableSheet(field="file")
    return {title: by_heading[title] for title in wanted}


def _start(cells: list[Any], place: int, starts: dict[int, Start]) -> Start | None:
    text = _text(cells, place)
    return starts.get(int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _tenths(text: str, criterion: Criterion) -> int | None:
    return parse_tenths(text, criterion.highest)


def _text(cells: list[Any], place: int) -> str:
    cell = cells[place] if place < len(cells) else ""
    return "" if isinstance(cell, BadCell) else fold(shown(cell)).strip()


def _cell(place: int, line: int) -> str:
    return f"{chr(ord('A') + place)}{line}" if place < 26 else str(line)
