"""Reading a sheet of zones: union, slug, name, starter zone; a row each."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from app.core.errors import InvalidInput
from app.core.sheets import SheetError, SheetLimits, read_sheet, shown

LIMITS = SheetLimits(max_rows=2_000)
HEADINGS = {
    "union": ("工会名称", "工会", "统一社会信用代码", "union"),
    "slug": ("专区地址", "地址", "slug"),
    "name": ("专区名称", "名称", "name"),
    "preset": ("模板", "专区模板", "preset"),
}


@dataclass(frozen=True, slots=True)
class ListedZone:
    """A row of the sheet; `line` is its number in the file. An empty name or preset leaves the choice to us."""

    line: int
    union: str
    slug: str
    name: str
    preset: str


def read_zone_sheet(data: bytes, filename: str) -> list[ListedZone]:
    """The rows of a sheet; raises `InvalidInput` for a file or headings that can't be used."""
    try:
        sheet = read_sheet(io.BytesIO(data), filename, LIMITS)
        columns = {key: _column(sheet.headers, names) for key, names in HEADINGS.items()}
        if columns["union"] is None or columns["slug"] is None:
            raise InvalidInput(_("The sheet needs the columns 工会名称 (union) and 专区地址 (slug)."), field="sheet")
        return [_row(line, cells, columns) for line, cells in sheet.rows]
    except SheetError as fault:
        raise InvalidInput(_(fault.message) % fault.params, field="sheet") from fault


def _column(headers: Iterable[str], names: tuple[str, ...]) -> int | None:
    for position, header in enumerate(headers):
        if header.strip().lower() in names:
            return position
    return None


def _row(line: int, cells: Any, columns: dict[str, int | None]) -> ListedZone:
    def text(key: str) -> str:
        position = columns[key]
        return shown(cells[position]).strip() if position is not None and position < len(cells) else ""

    return ListedZone(line, text("union"), text("slug").lower(), text("name"), text("preset"))
