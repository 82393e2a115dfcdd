"""Provisioning zones from a sheet: union, slug, name, starter zone; a row each, and a result for each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from app.console.errors import ZoneRefused
from app.console.operations import provision_zone_in_steps
from app.core.errors import DomainError, InvalidInput, Message
from app.core.sheets import SheetError, read_sheet, shown
from app.unions.models import Union
from tenants.context import Actor
from tenants.database import db
from tenants.errors import LifecycleError
from tenants.lifecycle import presets, request_zone
from tenants.models import Zone

HEADINGS = {
    "union": ("工会名称", "工会", "union"),
    "slug": ("专区地址", "地址", "slug"),
    "name": ("专区名称", "名称", "name"),
    "preset": ("模板", "专区模板", "preset"),
}


@dataclass(frozen=True, slots=True)
class ListedZone:
    """A row of the sheet; `line` is its number in the file."""

    line: int
    union: str
    slug: str
    name: str
    preset: str


@dataclass(frozen=True, slots=True)
class ZoneResult:
    """What became of a row: `made`, `same`, `new` (dry run) or `refused` with the reason."""

    row: ListedZone
    outcome: str
    reason: Message = ""


def read_zone_list(upload: Any) -> list[ListedZone]:
    """The rows of an uploaded sheet; raises `InvalidInput` for a file or headings that can't be used."""
    if upload is None or not upload.filename:
        raise InvalidInput(_("Choose a file."), field="sheet")
    try:
        sheet = read_sheet(upload.stream, upload.filename)
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

    return ListedZone(
        line, text("union"), text("slug").lower(), text("name") or text("union"), text("preset") or "county"
    )


def provision_list_in_steps(actor: Actor, rows: Iterable[ListedZone], *, dry_run: bool) -> list[ZoneResult]:
    """Provision each row; a refused one leaves the others alone. Safe to repeat: zones already there are `same`."""
    return [_provision(actor, row, dry_run) for row in rows]


def _provision(actor: Actor, row: ListedZone, dry_run: bool) -> ZoneResult:
    unions = list(db.session.scalars(select(Union).where(Union.name == row.union)))
    if len(unions) != 1:
        return ZoneResult(row, "refused", _("There is no union of exactly this name."))
    if row.preset not in presets():
        return ZoneResult(row, "refused", _("There is no such starter zone."))
    existing = db.session.execute(select(Zone).where(Zone.union_id == unions[0].id)).scalar_one_or_none()
    if existing is not None and existing.slug == row.slug and existing.state != "provisioning":
        return ZoneResult(row, "same")
    if dry_run:
        return _rehearse(row, unions[0])
    try:
        provision_zone_in_steps(actor, slug=row.slug, name=row.name, union_id=unions[0].id, preset=row.preset)
    except DomainError as refusal:
        db.session.rollback()
        return ZoneResult(row, "refused", refusal.message)
    return ZoneResult(row, "made")


def _rehearse(row: ListedZone, union: Union) -> ZoneResult:
    """What provisioning the row would give, with nothing kept."""
    trial = db.session.begin_nested()
    try:
        request_zone(slug=row.slug, name=row.name, union_id=union.id, union_path=union.path, preset=row.preset)
        return ZoneResult(row, "new")
    except LifecycleError as refusal:
        return ZoneResult(row, "refused", ZoneRefused(refusal).message)
    finally:
        trial.rollback()
