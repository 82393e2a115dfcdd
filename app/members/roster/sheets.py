"""Workbooks about imports: the empty form to fill in, and the report of a check."""

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from flask_babel import gettext as _

from app.core.sheets import write_sheet
from app.members import words
from app.members.roster.queries import PreviewRow, list_rows

FORM_COLUMNS = (
    "姓名",
    "性别",
    "证件类型",
    "身份证号",
    "手机号",
    "工会名称",
    "入会时间",
    "职务",
    "会员证号",
    "学历",
    "出生日期",
    "邮箱",
)
PORTION = 2_000


def write_form(target: IO[bytes]) -> None:
    """An empty roster; the columns with long numbers are text, so that Excel keeps their digits."""
    notes = {
        "姓名": _("Needed in every row."),
        "身份证号": _("An ID number or a mobile number is needed in every row."),
        "工会名称": _("The name or the unified social credit code of a union of this zone. Empty: the union chosen when uploading."),
        "入会时间": _("Like 2024-05-01."),
    }  # fmt: skip
    widths = {"身份证号": 24.0, "手机号": 16.0, "工会名称": 36.0, "邮箱": 24.0}
    text = ("身份证号", "手机号", "会员证号", "入会时间", "出生日期")
    write_sheet(target, FORM_COLUMNS, (), notes=notes, widths=widths, text_columns=text, title="花名册")


def write_report(target: IO[bytes], batch_id: UUID) -> None:
    """What the check found, a line for each difference and each refusal; identifiers are masked."""
    headers = (_("Line"), _("Cell"), _("Result"), _("Name"), _("Field"), _("Before"), _("After"), _("Reason"))
    widths = {headers[3]: 14.0, headers[5]: 24.0, headers[6]: 24.0, headers[7]: 70.0}
    write_sheet(target, headers, _lines(batch_id), widths=widths, title=_("Import report"))


def _lines(batch_id: UUID) -> Iterator[tuple[object, ...]]:
    after = 0
    while rows := list_rows(batch_id, after_line=after, limit=PORTION):
        for row in rows:
            yield from _lines_of(row)
        after = rows[-1].line


def _lines_of(row: PreviewRow) -> Iterator[tuple[object, ...]]:
    outcome = str(words.OUTCOMES[row.outcome])
    for refusal in row.refusals:
        yield row.line, refusal.cell, outcome, row.name, "", "", "", refusal.reason
    for found in row.differences:
        kept = _("Verified: stays as it is") if found.is_kept else ""
        yield (row.line, "", outcome, row.name, str(words.FIELDS[found.field]), shown(found.field, found.old),
               shown(found.field, found.new), kept)  # fmt: skip
    if not row.refusals and not row.differences:
        yield row.line, "", outcome, row.name, "", "", "", ""


def shown(field: str, value: str) -> str:
    """A field's value in words."""
    return str(words.GENDERS[value]) if field == "gender" and value in words.GENDERS else value
