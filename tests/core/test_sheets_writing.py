# ruff: noqa: DTZ001 - cells have no time zone
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.core.sheets import BadCell, SheetError, read_sheet, write_sheet

from .sheet_files import SHEET


def written(headers, rows, **options) -> tuple[bytes, str]:
    """The file and the XML of its worksheet."""
    stream = io.BytesIO()
    write_sheet(stream, headers, rows, **options)
    with zipfile.ZipFile(io.BytesIO(stream.getvalue())) as archive:
        return stream.getvalue(), archive.read(SHEET).decode()


def rows_of(data: bytes) -> list:
    return [cells for _, cells in read_sheet(io.BytesIO(data), "a.xlsx").rows]


@pytest.mark.parametrize(
    "text", ["=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+1", "-1", '=HYPERLINK("http://x")', "{=1}"]
)
def test_no_text_ever_becomes_a_formula_or_a_link(text):
    data, xml = written(["a", "b"], [[text, "http://example.com"]])
    assert "<f>" not in xml
    assert "<hyperlink" not in xml
    assert rows_of(data) == [[text, "http://example.com"]]


def test_risky_texts_stay_text_when_they_are_edited():
    data, _ = written(["a", "b"], [["=1+1", "plain"]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles, xml = archive.read("xl/styles.xml").decode(), archive.read(SHEET).decode()
    cells = re.findall(r"<cellXfs.*</cellXfs>", styles, re.DOTALL)[0]
    quoted = [number for number, style in enumerate(re.findall(r"<xf [^>]*>", cells)) if "quotePrefix" in style]
    style_of = dict(re.findall(r'r="(\w+)" s="(\d+)"', xml))
    assert style_of["A2"] in map(str, quoted)
    assert style_of["B2"] not in map(str, quoted)


def test_digits_stay_digits():
    data, xml = written(
        ["手机号", "身份证号"], [["13812345678", "440811199001011234"], [10**17, 5]], text_columns=["身份证号"]
    )
    assert 't="inlineStr"><is><t>440811199001011234' in xml
    assert re.search(r'<col min="2" max="2" width="[\d.]+" style="[1-9]', xml), "what is typed there later is text too"
    assert rows_of(data) == [["13812345678", "440811199001011234"], [str(10**17), "5"]]


def test_values_keep_their_kind():
    moment = datetime(2026, 1, 1, 16, 30, tzinfo=UTC)
    row = [date(1990, 1, 31), moment, datetime(2026, 1, 1, 8), True, 1.5, Decimal("2.50"), None, ""]
    data, _ = written([f"c{n}" for n in range(9)], [[*row, BadCell("digits_lost", "4.4E+17")]])
    (cells,) = rows_of(data)
    assert cells[:6] == [date(1990, 1, 31), datetime(2026, 1, 2, 0, 30), datetime(2026, 1, 1, 8), "TRUE", "1.5", "2.50"]
    assert cells[6:8] == ["", ""]
    assert cells[8] == BadCell("digits_lost", "4.4E+17")


def test_texts_longer_than_a_cell_are_cut_visibly():
    data, _ = written(["a", "b"], [["x" * 40_000, "y"]])
    (cells,) = rows_of(data)
    assert len(cells[0]) == 32_767
    assert cells[0].endswith("x…")


def test_widths_notes_and_title_are_set(tmp_path):
    path = tmp_path / "a.xlsx"
    count = write_sheet(
        path, ["姓名", "手机号"], [["a", "b"]], widths={"姓名": 33}, notes={"手机号": "11 位"}, title="模板"
    )
    assert count == 1
    with zipfile.ZipFile(path) as archive:
        assert 'width="33.7' in archive.read(SHEET).decode()
        assert "11 位" in archive.read("xl/comments1.xml").decode()
    assert read_sheet(path, "a.xlsx").name == "模板"


def test_more_rows_than_a_worksheet_holds_are_refused(monkeypatch):
    monkeypatch.setattr("app.core.sheets.writing._MOST_ROWS", 4)
    with pytest.raises(SheetError) as caught:
        write_sheet(io.BytesIO(), ["a"], [["x"]] * 4)
    assert caught.value.code == "too_many_rows"
    assert write_sheet(io.BytesIO(), ["a"], [["x"]] * 3) == 3


def test_a_sheet_without_rows_is_a_template():
    data, _ = written(["a", "b"], [])
    assert read_sheet(io.BytesIO(data), "a.xlsx").headers == ("a", "b")


@pytest.mark.parametrize(
    ("title", "shown"),
    [("初赛/复赛 [甲:乙]", "初赛 复赛  甲 乙"), ("长" * 40, "长" * 31), ("'", "Sheet1"), ("*", "Sheet1")],
)
def test_a_worksheet_is_called_as_excel_can_call_it(title, shown):
    data, _ = written(["a"], [[1]], title=title)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert f'name="{shown}"' in archive.read("xl/workbook.xml").decode()
